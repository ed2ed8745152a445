package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/labelling"
	"hegui/internal/problem"
	"hegui/templates/layout"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

var (
	crumbPeopleOfLabelling = layout.Crumb{Label: "labelling.people", URL: "/labelling/people"}
	crumbSuppliers         = layout.Crumb{Label: "labelling.suppliers", URL: "/labelling/suppliers"}
)

func workerCrumb(c echo.Context, w labelling.Worker) layout.Crumb {
	return layout.Crumb{Label: w.Called(who(c)), URL: labelURL("people", w.ID)}
}

// withoutField drops what was found wrong with a field.
func withoutField(wrong problem.Fields, field string) (out problem.Fields) {
	list, _ := problem.FieldsOf(wrong.Err())
	for _, one := range list {
		if one.Field != field {
			out.Add(one.Field, one.Key, one.Args...)
		}
	}
	return out
}

func (p *labelPages) suppliers(c echo.Context) error {
	ctx, manages := c.Request().Context(), who(c).May(actor.ManageLabelling)
	list, err := p.Labelling.Suppliers(ctx)
	if err != nil {
		return err
	}
	t := pages.LabelTable{ID: "suppliers", Caption: "labelling.suppliers", Columns: []ui.Column{{Label: "labelling.supplier"}, {Label: "labelling.supplier.contact"}, {Label: "labelling.state"}},
		Empty: ui.EmptyView{Icon: "building", Title: "labelling.suppliers.empty", Text: "labelling.suppliers.empty.text"}}
	tones := map[labelling.SupplierState]ui.Tone{labelling.SupplierActive: ui.Good}
	for _, s := range list {
		name, contact := pages.LabelCell{Text: s.Name, Note: s.Note}, pages.LabelCell{}
		if manages {
			name.URL, contact.Text = labelURL("suppliers", s.ID), s.Contact
		}
		t.Rows = append(t.Rows, pages.LabelRow{Cells: []pages.LabelCell{name, contact, {Chips: []ui.ChipView{{Label: "labelling.supplier.state." + string(s.State), Tone: tones[s.State]}}}}})
	}
	v := pages.LabelList{LabelHead: p.listHead(c, "labelling.suppliers", "labelling.suppliers.lead"), Table: t}
	if manages {
		add := primary(linkAction("labelling.supplier.add", "/labelling/suppliers/new", "plus"))
		v.Actions, v.Table.Empty.Actions = append(v.Actions, add), ui.LinkButton(add.ButtonView)
	}
	return show(c, http.StatusOK, pages.LabelListView(v), pages.LabelListPanel(v.Table))
}

func (p *labelPages) newSupplier(c echo.Context) error {
	return p.supplierForm(c, http.StatusOK, labelling.Supplier{}, labelling.SupplierInput{State: labelling.SupplierActive}, nil)
}

func (p *labelPages) supplierForm(c echo.Context, status int, s labelling.Supplier, in labelling.SupplierInput, wrong error) error {
	ctx := c.Request().Context()
	f := fields{messages(ctx, wrong)}
	v := pages.LabelFormPage{LabelHead: p.labelHead(c, "labelling.supplier.add", crumbSuppliers), Form: pages.LabelForm{Action: "/labelling/suppliers/new", Submit: "labelling.supplier.create", CancelURL: "/labelling/suppliers", Summary: summary(ctx, wrong)}}
	if s.ID != "" {
		v.LabelHead = p.labelHead(c, s.Name, crumbSuppliers)
		v.Form.Action, v.Form.Submit, v.Form.Version = labelURL("suppliers", s.ID), "labelling.save", s.Version
	}
	v.Alert = said(ctx, wrong)
	v.Form.Parts = []pages.FormPart{
		f.text("name", "labelling.supplier.name", in.Name, 100, true),
		f.text("contact", "labelling.supplier.contact", in.Contact, 200, false),
		f.pick("state", "labelling.state", string(in.State), "", codeOptions("labelling.supplier.state.", []labelling.SupplierState{labelling.SupplierActive, labelling.SupplierEnded}), true),
		f.area("note", "labelling.note", in.Note, "", 3, false),
	}
	return render(c, status, pages.LabelFormView(v))
}

func readSupplier(c echo.Context) (*form, labelling.SupplierInput, error) {
	f, err := readForm(c)
	if err != nil {
		return nil, labelling.SupplierInput{}, err
	}
	return f, labelling.SupplierInput{Name: f.text("name"), Contact: f.text("contact"), Note: f.lines("note"), State: labelling.SupplierState(f.text("state"))}, nil
}

func (p *labelPages) addSupplier(c echo.Context) error {
	f, in, err := readSupplier(c)
	if err != nil {
		return err
	}
	if err = f.err(nil); err == nil {
		_, err = p.Labelling.AddSupplier(c.Request().Context(), who(c), in)
	}
	if comesBack(err) {
		return p.supplierForm(c, statusOf(err), labelling.Supplier{}, in, err)
	}
	if err != nil {
		return err
	}
	p.flash(c, "labelling.flash.supplier_added", "name", in.Name)
	return done(c, "/labelling/suppliers")
}

func (p *labelPages) supplier(c echo.Context) error {
	s, err := p.Labelling.Supplier(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return p.supplierForm(c, http.StatusOK, s, labelling.SupplierInput{Name: s.Name, Contact: s.Contact, Note: s.Note, State: s.State}, nil)
}

func (p *labelPages) changeSupplier(c echo.Context) error {
	ctx := c.Request().Context()
	s, err := p.Labelling.Supplier(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	f, in, err := readSupplier(c)
	if err != nil {
		return err
	}
	if err = f.err(nil); err == nil {
		_, err = p.Labelling.ChangeSupplier(ctx, who(c), s.ID, f.int("version"), in)
	}
	if comesBack(err) {
		s.Version = f.int("version")
		return p.supplierForm(c, statusOf(err), s, in, err)
	}
	if err != nil {
		return err
	}
	p.flash(c, "labelling.flash.saved")
	return done(c, "/labelling/suppliers")
}
