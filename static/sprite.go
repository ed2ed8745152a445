//go:build ignore

// Command sprite writes vendor/icons/icons.svg from the outline icons of the npm
// package @tabler/icons. Run it in this folder with the unpacked package:
//
//	npm pack @tabler/icons@3.51.0 && tar xzf tabler-icons-3.51.0.tgz
//	go run sprite.go package
//
// To add an icon, add its name below, run it again and update the sum in
// vendor/VENDOR.md.
package main

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

const names = `
activity adjustments alert-circle alert-triangle archive arrow-back-up
arrow-down arrow-left arrow-right arrow-up arrows-sort at ban bell book
bookmark building calendar calendar-due certificate chart-bar chart-line check
checklist chevron-down chevron-left chevron-right chevron-up circle
circle-check circle-dashed circle-dot circle-half-2 circle-minus circle-x
clipboard-check clipboard-list clock clock-exclamation command copy database
device-desktop device-floppy dice-5 dots download external-link eye eye-off
file file-export file-import file-spreadsheet file-text file-type-pdf files
filter filter-off fingerprint flag flag-2 folder gauge gavel git-compare hash
help history home hourglass inbox info-circle key keyboard language
layout-dashboard link list list-check list-details lock lock-open logout mail
menu-2 message message-2 messages minus mood-empty mood-kid moon music note
paperclip pencil phone photo player-play plus point printer progress
progress-check refresh report-analytics robot rosette-discount-check route
scale search send server settings shield shield-check shield-lock
sitemap sort-ascending sort-descending square-check stack-2 star sun
table-export tag tags target-arrow timeline trash upload user user-check
user-circle user-plus users versions video world x zoom-in zoom-out
`

var inner = regexp.MustCompile(`(?s)<svg[^>]*>(.*)</svg>`)
var canvas = regexp.MustCompile(`\s*<path stroke="none" d="M0 0h24v24H0z" fill="none" />`)

func main() {
	var out strings.Builder
	out.WriteString(`<svg xmlns="http://www.w3.org/2000/svg">` + "\n")
	for _, name := range strings.Fields(names) {
		raw, err := os.ReadFile(filepath.Join(os.Args[1], "icons", "outline", name+".svg"))
		if err != nil {
			log.Fatal(err)
		}
		body := canvas.ReplaceAllString(inner.FindStringSubmatch(string(raw))[1], "")
		body = strings.ReplaceAll(strings.Join(strings.Fields(body), " "), " />", "/>")
		fmt.Fprintf(&out, `<symbol id="%s" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">%s</symbol>`+"\n",
			name, body)
	}
	out.WriteString("</svg>\n")
	if err := os.WriteFile("vendor/icons/icons.svg", []byte(out.String()), 0o644); err != nil {
		log.Fatal(err)
	}
}
