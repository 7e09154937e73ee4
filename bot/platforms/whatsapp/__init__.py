"""WhatsApp Business: the brand's number, and the small groups that it runs (docs/whatsapp.md).

webhook -> deliveries (stored, then 200) -> reading -> inbox -> worker -> customers' desk, Pipeline, or a handler
                                                                       -> outbox -> alerts/channels/whatsapp.py
"""
