"""Letters printed, stamped and posted by a partner, through its HTTP API."""

from relance.channels.post.channel import PostAccount, PostChannel, PostClient

__all__ = ["PostAccount", "PostChannel", "PostClient"]
