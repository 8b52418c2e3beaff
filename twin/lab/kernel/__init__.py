"""The build of the lab kernel, user-mode Linux: source from Debian, patch and configuration, compilation, boot test."""
