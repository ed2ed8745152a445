package arch

// The parts that most capabilities stand on.
var base = []string{"internal/problem", "internal/actor", "internal/id", "internal/day", "internal/audit"}

// mayImport says which packages of this module each package may import, tests
// aside. The list goes from the ground up; a package imports only those above
// it.
var mayImport = map[string][]string{
	// the ground: no one else
	"internal/problem": {},
	"internal/actor":   {"internal/problem"},
	"internal/day":     {},
	"internal/id":      {},
	"internal/config":  {},
	"internal/i18n":    {},
	"internal/arch":    {},
	"static":           {},
	"migrations":       {},

	// the database and the ledger
	"internal/store":  {"migrations"},
	"internal/audit":  {"internal/problem", "internal/actor", "internal/id", "internal/store"},
	"internal/search": {},
	"internal/work":   {"internal/day"},
	"internal/job":    {"internal/audit"},
	"internal/file":   base,
	"internal/mail":   base,
	"internal/sheet":  {"internal/day"},

	// the capabilities
	"internal/account":    base,
	"internal/regulation": with("internal/work"),
	"internal/register":   with("internal/regulation", "internal/search", "internal/work"),
	"internal/evidence":   with("internal/file", "internal/search", "internal/work"),
	"internal/checklist":  with("internal/regulation", "internal/register", "internal/evidence", "internal/search", "internal/work"),
	"internal/savedview":  base,
	"internal/labelling": with("internal/file", "internal/work", "internal/regulation", "internal/evidence",
		"internal/labelling/stats", "internal/labelling/stats/draw", "internal/labelling/exports", "internal/labelling/exports/rawjson"),

	"internal/hook":    {},
	"internal/request": with("internal/file", "internal/work", "internal/regulation", "internal/request/clock", "internal/request/vault"),

	// deadlines and encryption of requests
	"internal/request/clock": {"internal/day"},
	"internal/request/vault": {},

	// statistics: pure functions
	"internal/labelling/stats":      {},
	"internal/labelling/stats/draw": {"internal/labelling/stats"},

	// files of annotation tools: pure functions
	"internal/labelling/exports":         {"internal/labelling/exports/rawjson"},
	"internal/labelling/exports/rawjson": {},

	// the score and its trend: pure functions
	"internal/readiness/score": {},
	"internal/readiness/trend": {"internal/day"},
	"internal/readiness": with("internal/regulation", "internal/register", "internal/checklist", "internal/work",
		"internal/readiness/score", "internal/readiness/trend"),

	"internal/report": base,

	// the face: it knows words and looks, never a capability
	"templates/ui":     {"internal/i18n", "static"},
	"templates/layout": {"internal/i18n", "static", "templates/ui"},
	"templates/pages":  {"internal/i18n", "static", "templates/ui", "templates/layout"},
	"web": with("internal/config", "internal/i18n", "internal/account", "internal/regulation", "internal/register", "internal/evidence",
		"internal/file", "internal/checklist", "internal/labelling", "internal/labelling/exports", "internal/labelling/stats", "internal/readiness", "internal/readiness/score", "internal/readiness/trend",
		"internal/request", "internal/request/clock",
		"internal/report", "internal/savedview", "internal/search", "internal/sheet", "internal/work", "static", "templates/ui", "templates/layout", "templates/pages"),

	// what puts the parts together
	"internal/app":     {anything},
	"internal/demo":    {anything},
	"internal/seed":    {anything},
	"internal/testkit": {anything},
	"internal/e2e":     {anything},
	"cmd/hegui":        {anything},

	// measures the built program from outside
	"internal/bench": {},
}

// anything lets a package import all others: it puts them together.
const anything = "*"

// capabilities are the parts that keep records.
var capabilities = []string{"internal/account", "internal/regulation", "internal/register", "internal/file", "internal/evidence",
	"internal/checklist", "internal/savedview", "internal/search", "internal/job", "internal/labelling", "internal/readiness", "internal/request", "internal/mail", "internal/report"}

// borders keep outside libraries, named by the start of their path, in the
// packages that know them. Tests are held to them, too.
var borders = []struct {
	library string
	in      []string
}{
	{"github.com/labstack/", []string{"web", "internal/bench"}},
	{"github.com/gorilla/", []string{"web"}},
	{"net/http", []string{"web", "static", "cmd/hegui", "internal/testkit", "internal/e2e", "internal/bench", "internal/hook"}},
	{"gorm.io/driver/", []string{"internal/store"}},
	{"github.com/mattn/go-sqlite3", []string{"internal/store"}},
	{"github.com/jackc/pgx/", []string{"internal/store", "internal/testkit"}},
	{"github.com/pressly/goose/", []string{"internal/store", "migrations"}},
	{"gorm.io/gorm", append([]string{"internal/store", "internal/audit", "internal/demo", "internal/seed", "internal/app"}, capabilities...)},
	{"golang.org/x/mod/sumdb", []string{"internal/audit", "cmd/hegui"}},
	{"golang.org/x/crypto/", []string{"internal/account"}},
	{"github.com/a-h/templ", []string{"templates/ui", "templates/layout", "templates/pages", "web"}},
	{"github.com/nicksnyder/go-i18n/", []string{"internal/i18n"}},
	{"github.com/urfave/cli/", []string{"cmd/hegui"}},
	{"github.com/chromedp/", []string{"internal/e2e"}},
	{"github.com/PuerkitoBio/goquery", []string{"internal/testkit", "web"}},
	{"github.com/tink-crypto/", []string{"internal/request/vault"}},
	{"github.com/wneessen/go-mail", []string{"internal/mail"}},
	{"github.com/6tail/", []string{"internal/request/clock"}},
	{"github.com/altcha-org/", []string{"internal/request", "web", "internal/testkit"}},
	{"github.com/xuri/excelize/", []string{"internal/sheet", "internal/checklist", "web", "internal/demo", "internal/e2e"}},
}

// unaudited lists who writes past the ledger, and why: rows that hold nothing
// of their own. A new line here wants a second look.
var unaudited = []string{
	"internal/account/session.go: expired sessions and counters",
	"internal/account/session.go: session last seen",
	"internal/file/receive.go: drop upload",
	"internal/file/receive.go: upload chunks",
	"internal/job/job.go: job lease",
	"internal/labelling/draw_pick.go: drop a draw",
	"internal/labelling/draw_pick.go: stage a draw",
	"internal/labelling/item.go: layout of an export",
	"internal/labelling/item.go: layout of an export",
	"internal/labelling/scan.go: look through an export",
	"internal/labelling/scan.go: report on an export",
	"internal/labelling/scan.go: report on an export",
	"internal/labelling/stage.go: clear an import",
	"internal/labelling/stage.go: clear an import",
	"internal/labelling/stage.go: stage an import",
	"internal/labelling/stage.go: stage an import",
	"internal/labelling/task.go: take over an import",
	"internal/mail/deliver.go: drop mail that is over",
	"internal/mail/deliver.go: outcome of mail",
	"internal/mail/deliver.go: take mail",
	"internal/request/sweep.go: used challenges",
}

// topLevel is everything that may stand at the root of the project.
var topLevel = []string{
	".ci", ".decisions", ".docs", ".dockerignore", ".gitattributes", ".gitignore", ".golangci.yml", ".tools",
	"Dockerfile", "LICENSE", "NOTICE", "README.md", "README.zh-CN.md", "README.en.md", "docs",
	"cmd", "go.mod", "go.sum", "internal", "migrations", "static", "templates", "web",
}

// ignored are entries that work leaves behind and git does not keep.
var ignored = []string{".git", ".tmp", ".bench", ".idea", ".vscode", "hegui"}

func with(more ...string) []string { return append(append([]string{}, base...), more...) }
