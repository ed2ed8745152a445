package static

import (
	"net/http"
	"path"
	"strconv"
	"strings"
)

// contentTypes lists what we ship; nothing is guessed.
var contentTypes = map[string]string{
	".css":   "text/css; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".mjs":   "text/javascript; charset=utf-8",
	".svg":   "image/svg+xml",
	".md":    "text/plain; charset=utf-8",
	"":       "text/plain; charset=utf-8", // licence texts
	".bcmap": "application/octet-stream",
}

const (
	forEver = "public, max-age=31536000, immutable"
	recheck = "public, no-cache"
)

// Handler serves the files. A hashed address may be kept for ever; a plain name
// (used by libraries that build addresses themselves) is checked each time.
// Anything else is answered 404.
func Handler() http.Handler {
	return http.HandlerFunc(serve)
}

func serve(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	a, caching := find(r.URL.Path)
	if a == nil {
		http.NotFound(w, r)
		return
	}
	a.write(w, r, caching)
}

// find returns the asset at a path and how long it may be kept.
func find(urlPath string) (*asset, string) {
	if a, ok := assets().byURL[urlPath]; ok {
		return a, forEver
	}
	name, ok := strings.CutPrefix(urlPath, Prefix)
	if !ok {
		return nil, ""
	}
	return assets().byName[name], recheck
}

func (a *asset) write(w http.ResponseWriter, r *http.Request, caching string) {
	body, tag := a.body, `"`+a.hash+`"`
	h := w.Header()
	h.Set("Cache-Control", caching)
	h.Set("Content-Type", contentTypes[path.Ext(a.name)])
	h.Set("Vary", "Accept-Encoding")
	h.Set("X-Content-Type-Options", "nosniff")
	if zipped := a.zipped(); zipped != nil && acceptsGzip(r) {
		body, tag = zipped, `"`+a.hash+`-gz"`
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("ETag", tag)
	if matches(r.Header.Get("If-None-Match"), tag) {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method == http.MethodHead {
		return
	}
	_, _ = w.Write(body) // the browser went away; nobody is left to tell
}

// acceptsGzip reads Accept-Encoding; gzip;q=0 refuses it.
func acceptsGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		coding, quality, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(coding, "gzip") {
			q := strings.TrimPrefix(strings.TrimSpace(quality), "q=")
			return strings.Trim(q, "0.") != "" || q == ""
		}
	}
	return false
}

// matches reports whether an If-None-Match header names tag.
func matches(header, tag string) bool {
	for part := range strings.SplitSeq(header, ",") {
		part = strings.TrimPrefix(strings.TrimSpace(part), "W/")
		if part == tag || part == "*" {
			return true
		}
	}
	return false
}
