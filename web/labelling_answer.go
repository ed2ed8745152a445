package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"hegui/internal/labelling"
	"hegui/internal/problem"
	"hegui/templates/pages"
)

// fromScript says that the desk's script sent the answer: it shows the next
// item already and wants to know only that this one is kept.
func fromScript(c echo.Context) bool { return c.Request().Header.Get("X-Desk") != "" }

// acknowledged is what the script is told.
type acknowledged struct {
	Saved   bool   `json:"saved"`
	Count   string `json:"count"` // in words
	Version int64  `json:"version"`
}

// spent is the time an item took: measured in the browser, else since the
// screen was made.
func spent(f *form) int64 {
	if millis := f.int("millis"); millis > 0 {
		return millis
	}
	shown := f.int("shown")
	if shown <= 0 {
		return 0
	}
	return max(0, time.Now().UnixMilli()-shown)
}

// check takes a verdict.
func (p *deskPages) check(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	in := labelling.Answer{Verdict: labelling.Verdict(f.text("verdict")), Defects: f.all("defect"), Severity: labelling.Severity(f.text("severity")),
		Corrected: f.lines("corrected"), Note: f.lines("note"), Millis: spent(f), Version: f.int("version")}
	return p.answer(c, f, deskInput{answer: &in}, func(assignment string, seq int64) (labelling.Check, error) {
		return p.Labelling.Give(c.Request().Context(), who(c), assignment, seq, in)
	}, 1)
}

// own takes the own answer of a blind check and shows the label.
func (p *deskPages) own(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	given := strings.Join(append(f.all("own_label"), f.lines("own_text")), " · ")
	given = strings.Trim(strings.TrimSuffix(given, " · "), " ")
	if one := f.text("own"); one != "" {
		given = one
	}
	return p.answer(c, f, deskInput{own: f}, func(assignment string, seq int64) (labelling.Check, error) {
		return p.Labelling.GiveOwn(c.Request().Context(), who(c), assignment, seq, f.int("version"), unswapped(given, swapped(assignment, seq)), spent(f))
	}, 0)
}

// unswapped says which of two answers "a" and "b" were.
func unswapped(given string, swap bool) string {
	switch given {
	case "a", "b":
		if (given == "a") != swap {
			return ownChosen
		}
		return ownRejected
	case "=":
		return ownEqual
	}
	return given
}

// flag reports illegal content.
func (p *deskPages) flag(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	return p.answer(c, f, deskInput{flag: f, flagging: true}, func(assignment string, seq int64) (labelling.Check, error) {
		return p.Labelling.Flag(c.Request().Context(), who(c), assignment, seq, f.int("version"), f.lines("note"))
	}, 0)
}

// answer gives something about an item and goes on by some steps. What cannot
// be taken comes back with the screen and what was sent.
func (p *deskPages) answer(c echo.Context, f *form, in deskInput, give func(assignment string, seq int64) (labelling.Check, error), step int64) error {
	ctx, by, id, seq := c.Request().Context(), who(c), c.Param("assignment"), f.int("at")
	err := f.err(nil)
	var done labelling.Check
	if err == nil {
		done, err = give(id, seq)
	}
	if comesBack(err) {
		in.wrong = err
		in.flagging = in.flagging && !problem.Is(err, problem.Conflict)
		at, reading := p.Labelling.Place(ctx, by, id, seq)
		if reading != nil {
			return reading
		}
		return p.screen(c, statusOf(err), at, in)
	}
	if err != nil {
		return err
	}
	a, err := p.Labelling.AssignmentFor(ctx, by, id)
	switch {
	case err != nil:
		return err
	case fromScript(c) && step > 0:
		return c.JSON(http.StatusOK, acknowledged{Saved: true, Count: answeredWords(ctx, a), Version: done.Version})
	case wantsPart(c) && step == 0:
		at, err := p.Labelling.Place(ctx, by, id, seq)
		if err != nil {
			return err
		}
		return p.screen(c, http.StatusOK, at, deskInput{})
	}
	return c.Redirect(http.StatusSeeOther, deskAt(a.ID, seq+step, a.Items))
}

// handIn ends the assignment.
func (p *deskPages) handIn(c echo.Context) error {
	if _, err := readForm(c); err != nil {
		return err
	}
	ctx, by := c.Request().Context(), who(c)
	a, err := p.Labelling.HandIn(ctx, by, c.Param("assignment"))
	if comesBack(err) {
		now, reading := p.Labelling.AssignmentFor(ctx, by, c.Param("assignment"))
		if reading != nil {
			return reading
		}
		return p.end(c, statusOf(err), now, err)
	}
	if err != nil {
		return err
	}
	p.flash(c, "label_check.flash.handed_in", "count", a.Items)
	return done(c, crumbDesk.URL)
}

// rules is the panel with the rules that the labels were made by.
func (p *deskPages) rules(c echo.Context) error {
	ctx := c.Request().Context()
	a, err := p.Labelling.AssignmentFor(ctx, who(c), c.Param("assignment"))
	if err != nil {
		return err
	}
	l, _, err := p.Labelling.LotOnDesk(ctx, who(c), a)
	if err != nil {
		return err
	}
	r, err := p.Labelling.RulesFor(ctx, l)
	if err != nil {
		return err
	}
	parts := []pages.DetailRow{{Label: "labelling.rules.goal", Value: r.Goal}, {Label: "labelling.rules.data_format", Value: r.DataFormat},
		{Label: "labelling.rules.method", Value: r.Method}, {Label: "labelling.rules.quality", Value: r.Quality}, {Label: "labelling.rules.examples", Value: r.Examples}}
	parts = slices.DeleteFunc(parts, func(d pages.DetailRow) bool { return d.Value == "" })
	return render(c, http.StatusOK, pages.DeskRules(ruleName(ctx, r), parts))
}
