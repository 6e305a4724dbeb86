"""pictures: files of images, read one by one."""
