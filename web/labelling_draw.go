package web

import (
	"bufio"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/i18n"
	"hegui/internal/labelling"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// drawForm is a form of the page of draws that came back: which one, what was
// typed and what is wrong with it.
type drawForm struct {
	name  string // commit, reveal, alone, abandon, targeted
	typed url.Values
	wrong error
}

// draws shows the draw of a lot and takes the seed of the next one.
func (p *labelPages) draws(c echo.Context) error {
	return p.drawPage(c, http.StatusOK, drawForm{})
}

// drawAct does what a form of the page asks for.
func (p *labelPages) drawAct(c echo.Context, name, flash string, do func(ctx context.Context, f *form) error) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	ctx, cancel := patient(c)
	defer cancel()
	if err := do(ctx, f); err != nil {
		if comesBack(err) {
			return p.drawPage(c, statusOf(err), drawForm{name, f.values, err})
		}
		return err
	}
	p.flash(c, flash)
	return done(c, labelURL("lots", c.Param("id"))+"/draw")
}

func (p *labelPages) commitSeed(c echo.Context) error {
	return p.drawAct(c, "commit", "label_plan.flash.committed", func(ctx context.Context, f *form) error {
		part := f.secret("part")
		if err := f.err(nil); err != nil {
			return err
		}
		_, err := p.Labelling.CommitPart(ctx, who(c), c.Param("id"), part)
		return err
	})
}

func (p *labelPages) revealSeed(c echo.Context) error {
	return p.drawAct(c, "reveal", "label_plan.flash.revealed", func(ctx context.Context, f *form) error {
		part, version := f.secret("part"), f.int("version")
		reason := f.lines("reason")
		if err := f.err(nil); err != nil {
			return err
		}
		_, err := p.Labelling.RevealPart(ctx, who(c), c.Param("id"), version, part, reason)
		return err
	})
}

func (p *labelPages) abandonSeed(c echo.Context) error {
	return p.drawAct(c, "abandon", "label_plan.flash.abandoned", func(ctx context.Context, f *form) error {
		reason := f.lines("reason")
		if err := f.err(nil); err != nil {
			return err
		}
		return p.Labelling.AbandonSeed(ctx, who(c), c.Param("id"), reason)
	})
}

func (p *labelPages) drawAlone(c echo.Context) error {
	return p.drawAct(c, "alone", "label_plan.flash.drawn", func(ctx context.Context, f *form) error {
		part, version, reason := f.secret("part"), f.int("version"), f.lines("reason")
		if err := f.err(nil); err != nil {
			return err
		}
		_, err := p.Labelling.DrawOnePerson(ctx, who(c), c.Param("id"), version, part, reason)
		return err
	})
}

func (p *labelPages) continueDraw(c echo.Context) error {
	return p.drawAct(c, "continue", "label_plan.flash.continued", func(ctx context.Context, f *form) error {
		version := f.int("version")
		if err := f.err(nil); err != nil {
			return err
		}
		_, err := p.Labelling.Continue(ctx, who(c), c.Param("id"), version)
		return err
	})
}

func (p *labelPages) targetItems(c echo.Context) error {
	return p.drawAct(c, "targeted", "label_plan.flash.targeted", func(ctx context.Context, f *form) error {
		in := labelling.TargetedInput{Note: f.lines("note"), Filter: labelling.ItemFilter{Annotator: f.text("annotator"), Label: f.text("label")}, Count: f.int("count")}
		if ids := f.lines("ids"); ids != "" {
			in.IDs = strings.Split(ids, "\n")
		}
		version := f.int("version")
		if err := f.err(nil); err != nil {
			return err
		}
		_, err := p.Labelling.AddTargeted(ctx, who(c), c.Param("id"), version, in)
		return err
	})
}

// drawPage is the page of a lot's draws.
func (p *labelPages) drawPage(c echo.Context, status int, back drawForm) error {
	ctx, by := c.Request().Context(), who(c)
	l, err := p.Labelling.Lot(ctx, by, c.Param("id"))
	if err != nil {
		return err
	}
	v := pages.LabelDrawShow{}
	if v.LabelHead, err = p.lotHead(c, l); err != nil {
		return err
	}
	v.Alert = said(ctx, back.wrong)
	draws, err := p.Labelling.Draws(ctx, by, l.ID)
	if err != nil {
		return err
	}
	parts, err := p.Labelling.SeedParts(ctx, by, l.ID)
	if err != nil {
		return err
	}
	ids := make([]string, 0, len(parts)+len(draws))
	for _, one := range parts {
		ids = append(ids, one.AccountID)
	}
	for _, one := range draws {
		ids = append(ids, one.DrawnBy)
	}
	names, err := p.Accounts.Names(ctx, ids)
	if err != nil {
		return err
	}
	w := drawWords{c: c, ctx: ctx, by: by, p: p, lot: l, draws: draws, parts: parts, names: names, back: back, at: labelURL("lots", l.ID) + "/draw"}
	if err := w.fill(&v); err != nil {
		return err
	}
	return render(c, status, pages.LabelDrawShowView(v))
}

// drawnList hands out the items of a draw: their ids in its order, each on a
// line.
func (p *labelPages) drawnList(c echo.Context) error {
	l, d, _, err := p.drawOf(c)
	if err != nil {
		return err
	}
	return p.sendLines(c, "draw-"+strconv.FormatInt(d.Number, 10)+"-"+l.ID+".txt", func(ctx context.Context, line func(string) error) error {
		return p.Labelling.EachDrawn(ctx, d, line)
	})
}

// strataList hands out what the shell lines of a stratified draw read: number
// and id of each item of the lot.
func (p *labelPages) strataList(c echo.Context) error {
	_, _, plan, err := p.drawOf(c)
	if err != nil {
		return err
	}
	return p.sendLines(c, "strata.txt", func(ctx context.Context, line func(string) error) error {
		return p.Labelling.EachStratumLine(ctx, plan, line)
	})
}

// drawOf finds the draw with the number that the address names, and its plan.
func (p *labelPages) drawOf(c echo.Context) (l labelling.Lot, d labelling.Draw, plan labelling.Plan, err error) {
	ctx, by := c.Request().Context(), who(c)
	if l, err = p.Labelling.Lot(ctx, by, c.Param("id")); err != nil {
		return l, d, plan, err
	}
	number, _ := strconv.ParseInt(c.Param("number"), 10, 64) // anything else is no draw
	if d, err = p.Labelling.DrawNumber(ctx, by, l.ID, number); err != nil {
		return l, d, plan, err
	}
	plan, err = p.Labelling.Plan(ctx, by, d.PlanID)
	return l, d, plan, err
}

// sendLines streams a text file line by line.
func (p *labelPages) sendLines(c echo.Context, name string, each func(context.Context, func(string) error) error) error {
	return p.sendExport(c, name, func(ctx context.Context, w http.ResponseWriter) error {
		lines := bufio.NewWriterSize(w, 1<<16)
		err := each(ctx, func(line string) error {
			_, err := lines.WriteString(line + "\n")
			return err
		})
		if err != nil {
			return err
		}
		return lines.Flush()
	})
}

// drawWords say how far the draws of a lot have got.
type drawWords struct {
	c     echo.Context
	ctx   context.Context //nolint:containedctx // lives as long as one page
	by    actor.Actor
	p     *labelPages
	lot   labelling.Lot
	draws []labelling.Draw
	parts []labelling.SeedPart
	names map[string]string
	back  drawForm
	at    string
}

func (w drawWords) say(key string, args ...any) string { return i18n.T(w.ctx, key, args...) }

// fill puts the parts of the page together.
func (w drawWords) fill(v *pages.LabelDrawShow) error {
	i := slices.IndexFunc(w.draws, func(d labelling.Draw) bool { return d.ID == w.lot.DrawID })
	var plan labelling.Plan
	if i >= 0 {
		var err error
		if plan, err = w.p.Labelling.Plan(w.ctx, w.by, w.draws[i].PlanID); err != nil {
			return err
		}
		if v.Draw, err = w.drawn(plan, w.draws[i]); err != nil {
			return err
		}
		v.Targeted = w.targeted(w.draws[i])
		w.further(v, plan, w.draws[i])
	}
	if len(w.draws) > 1 {
		t := w.earlier()
		v.Draws = &t
	}
	can := slices.Contains([]labelling.LotState{labelling.LotPlanned, labelling.LotDrawn}, w.lot.State)
	if can {
		v.Seed = w.seed()
	}
	if v.Draw == nil && v.Seed == nil {
		v.Empty = &ui.EmptyView{Icon: "dice-5", Title: "label_plan.draw.none", Text: "label_plan.draw.none.text", Actions: ui.LinkButton(ui.ButtonView{Label: "label_plan.to_plan", URL: labelURL("lots", w.lot.ID) + "/plan"})}
	}
	return nil
}

// further offers to go on with a sequential draw.
func (w drawWords) further(v *pages.LabelDrawShow, plan labelling.Plan, d labelling.Draw) {
	states := []labelling.LotState{labelling.LotDrawn, labelling.LotChecking}
	if d.N >= plan.N || d.PlanID != w.lot.PlanID || !w.by.May(actor.ManageLabelling) || !slices.Contains(states, w.lot.State) {
		return
	}
	a := primary(postAction("label_plan.continue.do", w.at+"/continue", "player-track-next", w.lot.Version))
	v.Continue, v.Go = &a, w.say("label_plan.continue.lead", "n", i18n.Number(w.ctx, d.N), "most", i18n.Number(w.ctx, plan.N), "count", min(plan.N-d.N, plan.FirstStage()))
}
