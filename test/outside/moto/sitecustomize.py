"""Python loads this before moto. moto's EventBridge builds the grammar of JSONPath anew for every event and path of a rule, which was
four fifths of all that it did while the hub was tried. The same path always gives the same expression, so it is made once."""

import functools

import jsonpath_ng.ext

jsonpath_ng.ext.parse = functools.lru_cache(maxsize=None)(jsonpath_ng.ext.parse)
