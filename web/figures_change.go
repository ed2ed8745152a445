package web

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/problem"
	"hegui/internal/regulation"
	"hegui/templates/pages"
)

// decision is a method of the capability that ends a proposal.
type decision func(ctx context.Context, by actor.Actor, id, note string) error

// propose takes a proposal of a new value.
func (p *figurePages) propose(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	in := regulation.Proposal{Value: f.text("value"), Source: f.text("source"), Note: f.lines("note"), EffectiveFrom: f.date("effective_from")}
	if figure, ok := p.Regulation.Current(ctx).Figure(c.Param("key")); ok {
		err = f.err(in.Validate(figure))
	}
	if err == nil {
		_, err = p.Regulation.Propose(ctx, who(c), c.Param("key"), in)
	}
	if _, fields := problem.FieldsOf(err); fields {
		return p.page(c, http.StatusUnprocessableEntity, figureForms{propose: &pages.ProposeForm{Value: in.Value, Source: in.Source, Note: in.Note,
			From: f.values.Get("effective_from"), Errors: messages(ctx, err), Summary: summary(ctx, err)}})
	}
	if err != nil {
		return err
	}
	p.flash(c, "figure.flash.proposed")
	return done(c, figureURL(c.Param("key")))
}

func (p *figurePages) approve(c echo.Context) error {
	return p.decide(c, "figure.flash.approved", p.Regulation.Approve)
}

func (p *figurePages) reject(c echo.Context) error {
	return p.decide(c, "figure.flash.rejected", p.Regulation.Reject)
}

func (p *figurePages) decide(c echo.Context, said string, act decision) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	if err := p.belongs(c); err != nil {
		return err
	}
	note := f.lines("decision_note")
	err = f.err(nil)
	if err == nil {
		err = act(ctx, who(c), c.Param("id"), note)
	}
	if _, fields := problem.FieldsOf(err); fields {
		return p.page(c, http.StatusUnprocessableEntity, figureForms{decision: note, why: messages(ctx, err)["decision_note"]})
	}
	if err != nil {
		return err
	}
	p.flash(c, said)
	return done(c, figureURL(c.Param("key")))
}

func (p *figurePages) withdraw(c echo.Context) error {
	if _, err := readForm(c); err != nil {
		return err
	}
	if err := p.belongs(c); err != nil {
		return err
	}
	if err := p.Regulation.Withdraw(c.Request().Context(), who(c), c.Param("id")); err != nil {
		return err
	}
	p.flash(c, "figure.flash.withdrawn")
	return done(c, figureURL(c.Param("key")))
}

// belongs refuses a proposal under the address of another figure.
func (p *figurePages) belongs(c echo.Context) error {
	v, err := p.Regulation.Proposal(c.Request().Context(), c.Param("id"))
	if err == nil && v.FigureKey != c.Param("key") {
		return problem.New(problem.NotFound, "figure.proposal.not_found")
	}
	return err
}

// confirm takes the statement that a figure was checked.
func (p *figurePages) confirm(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	source, note := f.text("source"), f.lines("note")
	err = f.err(nil)
	if err == nil {
		err = p.Regulation.Confirm(ctx, who(c), c.Param("key"), source, note)
	}
	if _, fields := problem.FieldsOf(err); fields {
		return p.page(c, http.StatusUnprocessableEntity, figureForms{confirm: &pages.ConfirmForm{Source: source, Note: note, Errors: messages(ctx, err)}})
	}
	if err != nil {
		return err
	}
	p.flash(c, "figure.flash.confirmed")
	return done(c, figureURL(c.Param("key")))
}

func (p *figurePages) unconfirm(c echo.Context) error {
	if _, err := readForm(c); err != nil {
		return err
	}
	if err := p.Regulation.Unconfirm(c.Request().Context(), who(c), c.Param("id")); err != nil {
		return err
	}
	p.flash(c, "figure.flash.unconfirmed")
	return done(c, figureURL(c.Param("key")))
}
