package web_test

import "github.com/PuerkitoBio/goquery"

// selection is what a selector found on a page.
type selection = goquery.Selection
