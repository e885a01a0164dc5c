"""The widgets of the checkout screen; the entry is `checkout_view.CheckoutView`."""
