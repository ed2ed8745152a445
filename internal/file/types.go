package file

import "strings"

// refusedTypes are programs: nothing that proves compliance, everything that
// harms who opens it. Pages and drawings with script (HTML, SVG) are taken but
// only ever handed out for saving.
var refusedTypes = map[string]bool{
	"application/vnd.microsoft.portable-executable": true,
	"application/x-elf":                             true,
	"application/x-object":                          true,
	"application/x-executable":                      true,
	"application/x-sharedlib":                       true,
	"application/x-mach-binary":                     true,
	"application/x-ms-installer":                    true,
	"application/x-ms-shortcut":                     true,
	"application/x-java-applet":                     true,
	"application/java-archive":                      true,
	"application/vnd.android.package-archive":       true,
	"application/vnd.debian.binary-package":         true,
	"application/x-rpm":                             true,
	"application/x-chrome-extension":                true,
	"application/x-shockwave-flash":                 true,
	"application/x-bytecode.python":                 true,
	"application/wasm":                              true,
	"application/vnd.ms-htmlhelp":                   true,
}

// refusedNames are endings by which Windows runs a file whatever is in it.
var refusedNames = []string{".exe", ".dll", ".com", ".scr", ".bat", ".cmd", ".pif", ".msi", ".msp", ".hta", ".lnk", ".vbs", ".vbe", ".wsf", ".ps1", ".reg", ".cpl", ".jar", ".apk"}

// RefusedType says whether a media type, with or without parameters, is that
// of a program.
func RefusedType(media string) bool {
	name, _, _ := strings.Cut(media, ";")
	return refusedTypes[strings.TrimSpace(name)]
}

// RefusedName says whether a file must not be taken because of its name.
func RefusedName(name string) bool {
	name = strings.ToLower(name)
	for _, ending := range refusedNames {
		if strings.HasSuffix(name, ending) {
			return true
		}
	}
	return false
}

// Form is how a content can be shown on a page.
type Form string

// The forms. A download is not shown at all.
const (
	Image    Form = "image"
	PDF      Form = "pdf"
	Text     Form = "text"
	Table    Form = "table"
	Audio    Form = "audio"
	Video    Form = "video"
	Download Form = "download"
)

// forms of the types that browsers show by themselves and that cannot run
// anything. Types that are not listed are for saving only.
var forms = map[string]Form{
	"image/png": Image, "image/apng": Image, "image/vnd.mozilla.apng": Image, "image/jpeg": Image, "image/gif": Image,
	"image/webp": Image, "image/avif": Image, "image/bmp": Image,
	"application/pdf": PDF,
	"text/csv":        Table, "text/tab-separated-values": Table,
	"application/json": Text, "application/x-ndjson": Text, "application/geo+json": Text, "application/x-subrip": Text, "message/rfc822": Text,
	"audio/mpeg": Audio, "audio/wav": Audio, "audio/ogg": Audio, "audio/flac": Audio, "audio/aac": Audio, "audio/mp4": Audio, "audio/x-m4a": Audio,
	"video/mp4": Video, "video/webm": Video, "video/ogg": Video, "video/x-m4v": Video, "application/ogg": Audio,
}

// FormOf says how a content of a type can be shown.
func FormOf(mediaType string) Form {
	if f, ok := forms[mediaType]; ok {
		return f
	}
	if strings.HasPrefix(mediaType, "text/") {
		return Text // pages and programs, too: their source, as words
	}
	return Download
}

// ServedAs is the Content-Type under which a content is handed out: its own
// when it can be shown, else one with which no browser does anything.
func ServedAs(mediaType string) string {
	switch FormOf(mediaType) {
	case Image, PDF, Audio, Video:
		return mediaType
	default:
		return "application/octet-stream"
	}
}

// Inline says whether a browser may show the content itself when its address
// is opened.
func Inline(mediaType string) bool {
	switch FormOf(mediaType) {
	case Image, Audio, Video:
		return true
	default:
		return false
	}
}
