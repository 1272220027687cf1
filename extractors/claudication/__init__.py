"""Neurogenic claudication: said by name, by the shopping-cart sign, or by how walking and sitting change the legs."""
