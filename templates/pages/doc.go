// Package pages holds one component per page, its view struct beside it.
package pages
