"""WTForms, named like their pages: the shape of what is sent. The rules live in the domain and in the services."""
