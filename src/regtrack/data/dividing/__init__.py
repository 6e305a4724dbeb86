"""dividing: rows that must not be drawn one by one: groups stay whole, the past trains and the future tests."""
