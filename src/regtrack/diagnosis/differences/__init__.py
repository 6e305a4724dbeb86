"""differences: is one variant better than another, over seeds and examples?"""
