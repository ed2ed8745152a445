package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// view is how somebody looks at a page.
type view struct {
	language, theme string
	screen          screen
}

func (v view) String() string {
	return fmt.Sprintf("%s-%s-%d", v.language, v.theme, v.screen.width)
}

var views = []view{
	{"zh-CN", "light", wide}, {"en", "dark", narrow}, {"zh-CN", "dark", wide}, {"en", "light", narrow},
	{"en", "light", wide}, {"zh-CN", "dark", narrow}, {"en", "dark", wide}, {"zh-CN", "light", narrow},
}

// thorough says in how many views each page of a role is looked at. The
// officer sees nearly everything, in every view; the first four cover each
// choice twice. What other roles see differs from it by what is left out, and
// is looked at in one view, another one for each role.
var thorough = map[string]int{"officer": len(views), "admin": 4}

// TestEveryPage follows every link that a role is shown, then opens each kind
// of page in a browser and inspects it: accessibility, width, jumping content,
// content security policy, console.
func TestEveryPage(t *testing.T) {
	browser(t)
	for i, role := range roles {
		t.Run(role, func(t *testing.T) {
			t.Parallel()
			some := views[:thorough[role]]
			if len(some) == 0 {
				some = views[i%len(views):][:1]
			}
			pages := map[string][]string{} // by language
			for _, v := range some {
				site := demonstration(t, v.language)
				person := site.Known(role + "@demo.example")
				if pages[v.language] == nil {
					pages[v.language] = crawl(t, site, person).pages
				}
				tab := site.tab(t, person).speak(v.language).theme(v.theme).size(v.screen)
				for _, path := range pages[v.language] {
					t.Run(v.String()+path, func(t *testing.T) {
						on := *tab
						on.t = t
						on.open(path).inspect().shot(role + "-" + v.String() + fileName(path))
					})
				}
			}
		})
	}
}

// fileName turns an address into part of a file's name.
func fileName(path string) string {
	return strings.NewReplacer("/", "-", "?", "-", "&", "-", "=", "-", ":", "-").Replace(path)
}

// TestFirstLoad weighs pages as somebody gets them who was never here.
func TestFirstLoad(t *testing.T) {
	t.Parallel()
	site := demonstration(t, "zh-CN")
	officer := site.Known("officer@demo.example")
	site.tab(t, nil).open("/login").inspect().weigh()
	pages := []string{"/profile", "/articles/8"}
	site.As(officer).Get("/profile").Find(t, "nav a[href]").Each(func(_ int, a *goquery.Selection) {
		pages = append(pages, a.AttrOr("href", ""))
	})
	if len(pages) < 5 {
		t.Errorf("the navigation of an officer has only %v", pages)
	}
	for _, path := range pages {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			site.tab(t, officer).open(path).weigh()
		})
	}
}
