package web

import (
	"slices"

	"github.com/labstack/echo/v4"
)

// Handle adds a page to a server under test: for failures that no page of the
// product can be brought to on purpose.
func (s *Server) Handle(path string, h echo.HandlerFunc) { s.echo.GET(path, h) }

// Silent says whether histories leave a column out.
func Silent(column string) bool { return slices.Contains(silent, column) }
