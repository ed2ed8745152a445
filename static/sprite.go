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
activity adjustments affiliate alarm alert-circle alert-triangle apps archive
arrow-back-up arrow-down arrow-left arrow-right arrow-up arrows-sort at award
ban bell book bookmark box-multiple brain briefcase building
building-community bulb calendar calendar-due certificate chart-bar chart-dots
chart-line chart-pie check checklist chevron-down chevron-left chevron-right
chevron-up circle circle-check circle-dashed circle-dot circle-half-2
circle-minus circle-x clipboard clipboard-check clipboard-list clipboard-text
clock clock-exclamation cloud cloud-upload code columns command copy cpu
database database-export database-import device-desktop device-floppy
device-mobile dice-5 door-exit dots download external-link eye eye-off file
file-alert file-certificate file-check file-export file-import file-off
file-plus file-spreadsheet file-text file-type-pdf file-zip files filter
filter-off fingerprint flag flag-2 folder folder-open gauge gavel git-compare
hash help hierarchy history home hourglass id id-badge inbox info-circle key
keyboard language layers-linked layout-dashboard lifebuoy link link-off list
list-check list-details list-numbers list-search lock lock-open login logout
mail mail-opened map-pin menu-2 message message-2 message-circle
message-report messages microphone minus mood-empty mood-kid moon music news
note notebook notes number package paperclip pencil percentage phone photo pin
player-pause player-play player-stop plug plus point presentation printer
progress progress-check qrcode recycle refresh reload report-analytics robot
rocket rosette-discount-check route ruler ruler-2 scale school search selector
send server server-2 settings share shield shield-check shield-exclamation
shield-lock shield-x signature sitemap sort-ascending sort-descending sparkles
speakerphone square square-check stack-2 star stars subtask sun
switch-horizontal table table-export tag tags target-arrow template thumb-down
thumb-up timeline tool transfer trash upload urgent user user-check
user-circle user-edit user-off user-plus user-question user-x users
users-group versions video webhook wifi-off world writing x zoom-check zoom-in
zoom-out zoom-question
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
