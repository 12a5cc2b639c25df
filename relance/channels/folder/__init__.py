"""Letters as files in a folder, with a list of addresses, for another printer."""

from relance.channels.folder.channel import FolderChannel, FolderColumn, check_folder

__all__ = ["FolderChannel", "FolderColumn", "check_folder"]
