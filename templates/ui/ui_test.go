package ui

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"
	"github.com/google/go-cmp/cmp"

	"hegui/internal/i18n"
)

var english = WithCSRF(i18n.With(context.Background(), i18n.English), "token")

// draw renders a component with children and reports keys without a message.
func draw(t *testing.T, c templ.Component, children ...templ.Component) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(html(t, c, children...)))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func html(t *testing.T, c templ.Component, children ...templ.Component) string {
	t.Helper()
	ctx := i18n.WithMissing(english, func(key string) { t.Errorf("no message %s", key) })
	var b strings.Builder
	if err := c.Render(templ.WithChildren(ctx, templ.Join(children...)), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// words returns the text found by a selector, spaces made single.
func words(doc *goquery.Document, selector string) string {
	return strings.Join(strings.Fields(doc.Find(selector).Text()), " ")
}

// TestComponents asks each component what a reader would see.
func TestComponents(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 20, 6, 32, 0, 0, time.UTC)
	button := ButtonView{Label: "ui.close", Icon: "x", IconOnly: true, Confirm: "Sure?", Key: "c", Name: "do", Value: "it"}
	post := PostView{ButtonView: ButtonView{Label: "Accept", URL: "/accept"}, Fields: []Hidden{{"version", "3"}}, Target: "#row"}
	hidden := Choice{Field: Field{Name: "s", Label: "Status", Value: "b"}, Prompt: "All", Options: []Option{
		{Value: "a", Label: "A", Group: "G"}, {Value: "b", Label: "B", Group: "G"}, {Value: "c", Label: "C"}}}
	tests := []struct {
		name      string
		component templ.Component
		selector  string
		want      string // text of what the selector finds; it must be there
	}{
		{"label belongs to the input", TextField(Field{Name: "a.b", Label: "Title"}), "label[for=f-a-b]", "Title"},
		{"value is kept", TextField(Field{Name: "n", Label: "L", Value: "typed"}), "input[name=n][value=typed][type=text]", ""},
		{"password is not", TextField(Field{Name: "n", Label: "L", Type: InputPassword, Value: "secret"}), "input[type=password]:not([value])", ""},
		{"error is tied", TextField(Field{Name: "n", Label: "L", Hint: "H", Error: "Wrong"}), "input[aria-invalid=true][aria-describedby='f-n-error f-n-hint']", ""},
		{"error is told", TextField(Field{Name: "n", Label: "L", Error: "Wrong"}), "#f-n-error", "Wrong"},
		{"hint alone is tied", TextField(Field{Name: "n", Label: "L", Hint: "H"}), "input[aria-describedby=f-n-hint]:not([aria-invalid])", ""},
		{"required", TextField(Field{Name: "n", Label: "L", Required: true}), "input[required]", ""},
		{"limits", TextField(Field{Name: "n", Label: "L", Type: InputNumber, Min: "1", Max: "9", Step: "2", MaxLength: 4, Placeholder: "P", ID: "x"}), "input#x[type=number][min='1'][max='9'][step='2'][maxlength='4'][placeholder=P]", ""},
		{"own attributes", TextField(Field{Name: "n", Label: "L", Attrs: templ.Attributes{"hx-post": "/x"}}), "input[hx-post='/x']", ""},
		{"text area keeps a first empty line", TextArea(Field{Name: "n", Label: "L", Value: "\nx", Rows: 5}), "textarea[rows='5'][data-autosize]", "x"},
		{"select", SelectField(hidden), "select[name=s] optgroup[label=G] option[value=b][selected]", "B"},
		{"select without a group", SelectField(hidden), "select > option[value=c]:not([selected])", "C"},
		{"prompt", SelectField(hidden), "select > option[value='']", "All"},
		{"radio", RadioGroup(hidden), "fieldset input[type=radio][value=b][checked]", ""},
		{"radio label", RadioGroup(hidden), "fieldset label[for=f-s-b]", "B"},
		{"check boxes", CheckboxGroup(Choice{Field: hidden.Field, Options: []Option{{Value: "z", Label: "Z", Hint: "Zed", Selected: true}}}), "input[type=checkbox][name=s][checked][aria-describedby=f-s-z-hint]", ""},
		{"group is named", CheckboxGroup(hidden), "fieldset > legend", "Status"},
		{"group error", CheckboxGroup(Choice{Field: Field{Name: "s", Label: "L", Error: "None"}}), "fieldset[aria-describedby=f-s-error] #f-s-error", "None"},
		{"check box", CheckboxField(Check{Field: Field{Name: "ok", Label: "Agree"}, Checked: true}), "input[type=checkbox][value='1'][checked]", ""},
		{"file", FileField(File{Field: Field{Name: "f", Label: "File"}, Accept: ".pdf", Multiple: true}), "input[type=file][multiple][accept='.pdf']", ""},
		{"summary of errors", FieldErrors([]FieldError{{"f-n", "Wrong"}, {"", "Late"}}), "[role=alert] a[href='#f-n']", "Wrong"},
		{"number of errors", FieldErrors([]FieldError{{"f-n", "Wrong"}, {"", "Late"}}), ".note-title", "2 things need your attention"},

		{"icon button has a name", SubmitButton(button), "button[type=submit][aria-label=Close][title=Close]", ""},
		{"button asks", SubmitButton(button), "button[data-confirm='Sure?'][data-key=c][name=do][value=it]", ""},
		{"plain button", PlainButton(ButtonView{Label: "X", Disabled: true}), "button[type=button][disabled]", "X"},
		{"link button", LinkButton(ButtonView{Label: "Go", URL: "/go", Tone: Primary, Small: true}), "a.btn.btn-primary.btn-sm[href='/go']", "Go"},
		{"link to script is refused", LinkButton(ButtonView{Label: "Go", URL: "javascript:alert(1)"}), "a:not([href^='javascript'])", "Go"},
		{"post button", PostButton(post), "form[method=post][action='/accept'][hx-post='/accept'][hx-target='#row'][hx-swap=outerHTML] button", "Accept"},
		{"form token", PostButton(post), "input[type=hidden][name=csrf][value=token]", ""},
		{"hidden value", PostButton(post), "input[type=hidden][name=version][value='3']", ""},
		{"menu", DropdownMenu(MenuView{ButtonView: ButtonView{Label: "More"}}), "details[data-menu] > summary", "More"},
		{"menu link", MenuLink(ButtonView{Label: "Open", URL: "/o"}), "a.menu-item[href='/o']", "Open"},
		{"menu post", MenuPost(post), "form[method=post] button.menu-item", "Accept"},
		{"menu button", MenuButton(ButtonView{Label: "Ask", Attrs: templ.Attributes{"data-dialog": "#d"}}), "button.menu-item[data-dialog='#d']", "Ask"},

		{"chip has an icon and a word", Chip(ChipView{Label: "Late", Tone: Bad}), ".chip[data-tone=bad]:has(svg[aria-hidden=true])", "Late"},
		{"tag", Tag("IM-8.1"), ".word-tag", "IM-8.1"},
		{"person", Person("陈晓燕"), ".person", "晓燕陈晓燕"},
		{"nobody", Person(""), "span", "Nobody yet"},
		{"stat", Stat(StatView{Label: "Overdue", Value: "7", Hint: "oldest 12 days", URL: "/late", Tone: Bad}), "a.stat[href='/late']", "Overdue 7 oldest 12 days"},
		{"stat without a link", StatRow(), ".stat-row", "child"},
		{"card", Card(CardView{ID: "c", Title: "T", Subtitle: "S", Level: 3, Actions: Tag("act")}), "section#c h3", "T"},
		{"card content", Card(CardView{Flush: true}), "section .panel-body[data-flush]", "child"},
		{"page header", PageHeader(PageHeaderView{Title: "T", Subtitle: "S", Status: Tag("st"), Actions: Tag("act")}), "h1", "T"},
		{"section header", SectionHeader(SectionHeaderView{ID: "s", Title: "T"}), "h2#s", "T"},
		{"empty state", EmptyState(EmptyView{Icon: "x", Title: "None", Text: "Start", Actions: Tag("act")}), ".empty-state", "NoneStartact"},
		{"details", Detail("Owner"), "dt + dd", "child"},
		{"detail without a value", DetailText("Owner", ""), "dd", "–"},

		{"bad news interrupts", Alert(AlertView{Tone: Bad, Title: "T"}), "[role=alert] .note-title", "T"},
		{"other news does not", Alert(AlertView{Tone: Warn, Text: "W", ID: "a"}), "#a[role=status]", "Wchild"},
		{"toast", Toasts([]ToastView{{Good, "Saved"}}), "[data-toast][data-tone=good] p", "Saved"},
		{"toast in a part", PartToasts([]ToastView{{Good, "Saved"}}), "#toasts[hx-swap-oob=beforeend] p", "Saved"},
		{"dialog", Dialog(DialogView{ID: "d", Title: "Assign", Open: true}), "dialog#d[open][data-open][aria-labelledby=d-title] #d-title", "Assign"},
		{"help", HelpTip("h", "Because"), "button[popovertarget=h] + #h[popover]", "Because"},
		{"progress in words", Progress(ProgressView{Label: "Article 8", Segments: []SegmentView{{"done", Good, 3}, {"open", Neutral, 1}}}), "svg[role=img][aria-label='Article 8: done 3, open 1']", ""},
		{"legend", Progress(ProgressView{Label: "L", Legend: true, Segments: []SegmentView{{"done", Good, 1200}}}), ".progress-legend li", "done 1,200"},

		{"table", Table(TableView{ID: "t", Caption: "Items", KeyList: true}), "table#t[data-keylist] caption", "Items"},
		{"sorted column", Table(TableView{Caption: "C", Columns: []Column{{Label: "Due", SortURL: "?sort=-due", Sorted: Ascending}}}), "th[scope=col][aria-sort=ascending] a[href='?sort=-due']", "Due"},
		{"sortable column", Table(TableView{Caption: "C", Columns: []Column{{Label: "Due", SortURL: "?sort=due"}}}), "th:not([aria-sort]) a", "Due"},
		{"all rows", Table(TableView{Caption: "C", Columns: []Column{{SelectAll: true}}}), "th input[data-bulk-all][aria-label='Select all']", ""},
		{"hidden head", Table(TableView{Caption: "C", Columns: []Column{{Label: "Actions", HideHead: true, Numeric: true}}}), "th[data-numeric] .visually-hidden", "Actions"},
		{"bulk bar", BulkBar(), "[data-bulk-bar] [data-bulk-count][data-text='0 selected']", ""},
		{"pager", Pager(PagerView{Summary: "48", OlderURL: "?before=x", Target: "#list"}), "a[href='?before=x'][hx-get='?before=x'][hx-target='#list']", "Older"},
		{"pager at the start", Pager(PagerView{OlderURL: "?x"}), "span[aria-disabled=true]", "Newer"},
		{"filters", FilterBar(FilterView{Action: "/list", Target: "#list", Hidden: []Hidden{{"sort", "due"}}}), "form[method=get][action='/list'][data-autosubmit][hx-get='/list'] input[type=hidden][name=sort]", ""},
		{"filter in force", FilterBar(FilterView{Action: "/l", ClearURL: "/l", Active: []FilterChip{{"Owner: me", "/l?x"}}}), "a.filter-chip[href='/l?x'][aria-label='Remove filter: Owner: me']", "Owner: me"},

		{"tabs", Tabs("Views", []TabView{{"A", "/a", true, 0}, {"B", "/b", false, 1200}}), "nav[aria-label=Views] a[href='/a'][aria-current=page]", "A"},
		{"tab count", Tabs("Views", []TabView{{"B", "/b", false, 1200}}), ".count", "1,200"},
		{"steps", Steps([]StepView{{"A", StepDone, "/a"}, {"B", StepCurrent, ""}}), "li[aria-current=step]", "2 B"},
		{"step done", Steps([]StepView{{"A", StepDone, "/a"}}), "li", "Done A"},
		{"timeline", Timeline(), "ol.history-list", "child"},
		{"entry", TimelineEntry(EntryView{Who: "Ana", What: "did it", At: at, Icon: "x"}), ".history-body", "Ana did it 20 Nov 2026, 14:32child"},
		{"time", Time(at), "time[datetime='2026-11-20T06:32:00Z']", "20 Nov 2026, 14:32"},
		{"day", Day("2026-11-20"), "time[datetime='2026-11-20']", "20 Nov 2026"},
		{"no day", Day(""), "span", "–"},
		{"diff", Diff(DiffView{Rows: []DiffRow{{"Status", "a", "b"}}}), "tr[data-changed] .diff-after", "b"},
		{"diff unchanged", Diff(DiffView{Rows: []DiffRow{{"Status", "a", "a"}}}), "tbody tr:not([data-changed]) th", "Status"},
		{"dropzone", Dropzone(DropzoneView{ID: "u", Action: "/up", Hint: "small", Accept: ".pdf", Hidden: []Hidden{{"clause", "8"}}}), "form#u[method=post][enctype='multipart/form-data'][data-dropzone] input[type=file][name=file][multiple][accept='.pdf'][aria-describedby=u-hint]", ""},
		{"copy", CopyButton("abc", "Copy it"), "button[data-copy=abc][aria-label='Copy it']", ""},
		{"text of a key", Text("ui.close"), "body", "Close"},
		{"text of words", Text("陈晓燕"), "body", "陈晓燕"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			doc := draw(t, tt.component, Text("child"))
			if doc.Find(tt.selector).Length() == 0 {
				page, _ := doc.Html()
				t.Fatalf("nothing matches %s in\n%s", tt.selector, page)
			}
			if got := words(doc, tt.selector); tt.want != "" && got != tt.want {
				t.Errorf("%s says %q, want %q", tt.selector, got, tt.want)
			}
		})
	}
}

// TestCells stand in a table, else a parser drops them.
func TestCells(t *testing.T) {
	t.Parallel()
	table := Table(TableView{Caption: "C"})
	row := templ.Join(SelectCell("ids", "7", "Row seven"), SelectCellFor("bulk", "ids", "8", "Row eight"), Cell("Owner"), NumberCell("Count"), ActionCell())
	page := html(t, table, templ.Raw("<tr>"), row, templ.Raw("</tr>"))
	for _, want := range []string{`data-label="Owner"`, `data-label="Count" data-numeric`, `aria-label="Select “Row seven”"`, `value="7"`, `form="bulk"`, `data-actions`} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s in %s", want, page)
		}
	}
}

// TestNothingWhereNothing: components without content leave no trace.
func TestNothingWhereNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]templ.Component{
		"errors": FieldErrors(nil), "pager": Pager(PagerView{}), "time": Time(time.Time{}),
		"toasts": PartToasts(nil), "paragraphs": Paragraphs(" \n\n "),
	} {
		if got := html(t, c); strings.TrimSpace(got) != "" {
			t.Errorf("%s: %q, want nothing", name, got)
		}
	}
}

const uhoh = `"'><em>UHOH</em><script>alert(1)</script>`

// TestEscaping puts markup into every text a component takes.
func TestEscaping(t *testing.T) {
	t.Parallel()
	f := Field{Name: uhoh, Label: uhoh, Value: uhoh, Hint: uhoh, Error: uhoh, Placeholder: uhoh, Autocomplete: uhoh, Min: uhoh, ID: uhoh, Attrs: templ.Attributes{"data-x": uhoh}}
	c := Choice{Field: f, Prompt: uhoh, Options: []Option{{Value: uhoh, Label: uhoh, Hint: uhoh, Group: uhoh, Selected: true}}}
	b := ButtonView{Label: uhoh, URL: uhoh, Confirm: uhoh, Key: uhoh, Name: uhoh, Value: uhoh, IconOnly: true, Icon: uhoh}
	p := PostView{ButtonView: b, Fields: []Hidden{{uhoh, uhoh}}, Target: uhoh, Swap: uhoh}
	for name, component := range map[string]templ.Component{
		"text": TextField(f), "area": TextArea(f), "select": SelectField(c), "radio": RadioGroup(c), "boxes": CheckboxGroup(c),
		"check": CheckboxField(Check{Field: f}), "file": FileField(File{Field: f, Accept: uhoh}), "errors": FieldErrors([]FieldError{{uhoh, uhoh}, {"", uhoh}}),
		"submit": SubmitButton(b), "link": LinkButton(b), "post": PostButton(p), "menu": DropdownMenu(MenuView{ButtonView: b}), "menu link": MenuLink(b), "menu post": MenuPost(p),
		"chip": Chip(ChipView{Label: uhoh, Tone: uhoh, Icon: uhoh, Title: uhoh}), "tag": Tag(uhoh), "person": Person(uhoh),
		"stat": Stat(StatView{Label: uhoh, Value: uhoh, Hint: uhoh, URL: uhoh}), "card": Card(CardView{ID: uhoh, Title: uhoh, Subtitle: uhoh}),
		"header": PageHeader(PageHeaderView{Title: uhoh, Subtitle: uhoh}), "section": SectionHeader(SectionHeaderView{ID: uhoh, Title: uhoh}),
		"empty": EmptyState(EmptyView{Icon: uhoh, Title: uhoh, Text: uhoh}), "detail": DetailText(uhoh, uhoh),
		"alert": Alert(AlertView{ID: uhoh, Tone: uhoh, Title: uhoh, Text: uhoh}), "toasts": Toasts([]ToastView{{uhoh, uhoh}}),
		"progress": Progress(ProgressView{Label: uhoh, Legend: true, Segments: []SegmentView{{uhoh, uhoh, 1}}}), "dialog": Dialog(DialogView{ID: uhoh, Title: uhoh}),
		"help": HelpTip(uhoh, uhoh), "table": Table(TableView{ID: uhoh, Caption: uhoh, Columns: []Column{{Label: uhoh, SortURL: uhoh, Sorted: uhoh}, {Label: uhoh, HideHead: true}}}),
		"select cell": SelectCell(uhoh, uhoh, uhoh), "cell": Cell(uhoh), "pager": Pager(PagerView{Summary: uhoh, NewerURL: uhoh, Target: uhoh}),
		"filters": FilterBar(FilterView{Action: uhoh, ClearURL: uhoh, Target: uhoh, Hidden: []Hidden{{uhoh, uhoh}}, Active: []FilterChip{{uhoh, uhoh}}}),
		"tabs":    Tabs(uhoh, []TabView{{uhoh, uhoh, true, 1}}), "steps": Steps([]StepView{{uhoh, uhoh, uhoh}}), "entry": TimelineEntry(EntryView{Who: uhoh, What: uhoh, Icon: uhoh}),
		"diff": Diff(DiffView{uhoh, uhoh, []DiffRow{{uhoh, uhoh, "x"}}}), "paragraphs": Paragraphs(uhoh), "day": Day(uhoh),
		"dropzone": Dropzone(DropzoneView{ID: uhoh, Action: uhoh, Hint: uhoh, Accept: uhoh, Done: uhoh, Target: uhoh, Hidden: []Hidden{{uhoh, uhoh}}}), "copy": CopyButton(uhoh, uhoh),
	} {
		page := html(t, component)
		if strings.Contains(page, "<em>") || strings.Contains(page, "<script") || strings.Contains(page, `"'>`) {
			t.Errorf("%s lets markup through:\n%s", name, page)
		}
	}
}

// TestGalleryIsPlain: no component carries script, style or handlers, which the
// content security policy would refuse.
func TestGalleryIsPlain(t *testing.T) {
	t.Parallel()
	doc := draw(t, Gallery())
	doc.Find("*").Each(func(_ int, s *goquery.Selection) {
		for _, a := range s.Get(0).Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
				t.Errorf("<%s> has %s=%q", goquery.NodeName(s), a.Key, a.Val)
			}
		}
	})
	if n := doc.Find("script, style").Length(); n > 0 {
		t.Errorf("%d script or style elements", n)
	}
	if written, parsed := strings.Count(html(t, Gallery()), "<form"), doc.Find("form").Length(); written != parsed {
		t.Errorf("%d forms written, %d left by the parser: a form stands in a form", written, parsed)
	}
	seen := map[string]bool{}
	doc.Find("[id]").Each(func(_ int, s *goquery.Selection) {
		id := s.AttrOr("id", "")
		if seen[id] {
			t.Errorf("id %q twice", id)
		}
		seen[id] = true
	})
}

func TestParagraphs(t *testing.T) {
	t.Parallel()
	doc := draw(t, Paragraphs("\none\r\ntwo\n \n\nthree <b>\n"))
	if n := doc.Find("p").Length(); n != 2 {
		t.Errorf("%d paragraphs, want 2", n)
	}
	if n := doc.Find("br").Length(); n != 1 {
		t.Errorf("%d breaks, want 1", n)
	}
	if got := words(doc, "p:last-child"); got != "three <b>" {
		t.Errorf("last paragraph = %q", got)
	}
}

func TestInitials(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"陈晓燕": "晓燕", "李": "李", "Li Wei": "LW", "ana": "A", "Ana Maria de Souza": "AS", " ": "?", "": "?", "éa ö": "ÉÖ",
	} {
		if got := initials(name); got != want {
			t.Errorf("initials(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestBars(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		counts []int
		want   []int // widths
	}{
		{"halves", []int{1, 1}, []int{500, 500}},
		{"small parts can be seen", []int{9999, 1}, []int{993, 7}},
		{"nothing", []int{0, 0}, nil},
		{"empty parts leave no gap", []int{1, 0, 1}, []int{500, 500}},
		{"rounding leaves no gap", []int{1, 1, 1}, []int{333, 333, 334}},
	}
	for _, tt := range tests {
		var v ProgressView
		for _, n := range tt.counts {
			v.Segments = append(v.Segments, SegmentView{Count: n})
		}
		var got []int
		end := 0
		for _, b := range v.bars() {
			if b.x != end {
				t.Errorf("%s: a part begins at %d, the one before ends at %d", tt.name, b.x, end)
			}
			end = b.x + b.width
			got = append(got, b.width)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: widths (-want +got):\n%s", tt.name, diff)
		}
	}
}
