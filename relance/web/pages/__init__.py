"""One blueprint for each page the user sees, called `page`; listed in `relance.web.PAGES` and in `access.ACCESS`."""
