"""Questions that no report asks: some metrics, cut, filtered, compared and ordered at will."""
