package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"hegui/internal/i18n"
	"hegui/internal/problem"
	"hegui/internal/request"
)

// handedIn is a request as the provider's own app hands it in, in JSON.
type handedIn struct {
	Service   string `json:"service"`
	Kind      string `json:"kind"`
	Requester string `json:"requester"`
	Language  string `json:"language"`
	Name      string `json:"name"`
	Contact   string `json:"contact"`
	Account   string `json:"account"`
	Details   string `json:"details"`
	Person    string `json:"person"`
	Relation  string `json:"relation"`
}

// taken is the answer: Tracking is secret, and for the person alone.
type taken struct {
	Number   string `json:"number"`
	Tracking string `json:"tracking_url"`
	Due      string `json:"due,omitempty"`
	State    string `json:"state"`
}

// apiProblem is an error of the interface (RFC 9457).
type apiProblem struct {
	Title  string            `json:"title"`
	Status int               `json:"status"`
	Fields map[string]string `json:"fields,omitempty"`
}

// handInsAMinute is how often one network may use the interface.
const handInsAMinute = 1200

// handIn takes a request from the provider's own app. The token decides for
// which services; an Idempotency-Key makes repeating safe.
func (p *portalPages) handIn(c echo.Context) error {
	got, err := p.takeHandedIn(c)
	if err != nil {
		return p.apiFail(c, err)
	}
	status := http.StatusCreated
	if got.Again {
		status = http.StatusOK
	}
	return c.JSON(status, taken{Number: got.Number, Tracking: p.absolute(c, trackURL(got.Token)), Due: string(got.Due), State: string(got.State)})
}

func (p *portalPages) takeHandedIn(c echo.Context) (request.Receipt, error) {
	if err := p.slow("api/"+network(c), handInsAMinute, time.Minute); err != nil {
		return request.Receipt{}, err
	}
	r := c.Request()
	secret, _ := strings.CutPrefix(r.Header.Get(echo.HeaderAuthorization), "Bearer ")
	var in handedIn
	d := json.NewDecoder(http.MaxBytesReader(c.Response(), r.Body, maxFieldBytes))
	d.DisallowUnknownFields()
	if err := d.Decode(&in); err != nil {
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			return request.Receipt{}, problem.New(problem.TooLarge, "form.too_large", "max", "0.06")
		}
		return request.Receipt{}, p.Requests.Holds(r.Context(), secret, problem.New(problem.Malformed, "portal.api.json"))
	}
	var wrong problem.Fields
	for field, text := range map[string]string{"name": in.Name, "contact": in.Contact, "account": in.Account, "details": in.Details, "person": in.Person, "relation": in.Relation} {
		if !clean(text, field == "details") {
			wrong.Add(field, "form.text.invalid")
		}
	}
	if err := wrong.Err(); err != nil {
		return request.Receipt{}, p.Requests.Holds(r.Context(), secret, err)
	}
	if in.Requester == "" {
		in.Requester = string(request.Self)
	}
	if in.Language == "" {
		in.Language = i18n.Chinese
	}
	return p.Requests.HandIn(r.Context(), secret, r.Header.Get("Idempotency-Key"), request.Intake{ServiceID: in.Service, Kind: request.Kind(in.Kind),
		Requester: request.Requester(in.Requester), Language: in.Language, Name: in.Name, Contact: in.Contact, Account: in.Account, Details: in.Details,
		Person: in.Person, Relation: in.Relation})
}

// apiFail answers an error in JSON.
func (p *portalPages) apiFail(c echo.Context, err error) error {
	ctx := c.Request().Context()
	status, m := explain(err)
	out := apiProblem{Title: http.StatusText(status), Status: status, Fields: messages(ctx, err)}
	if m.Key != "" {
		out.Title = i18n.T(ctx, m.Key, m.Args...)
	}
	h := c.Response().Header()
	switch status {
	case http.StatusUnauthorized:
		h.Set(echo.HeaderWWWAuthenticate, "Bearer")
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		h.Set(echo.HeaderRetryAfter, retryAfter)
	}
	if status >= http.StatusInternalServerError {
		p.Log.Error("failed", "id", requestID(c), "route", c.Path(), "error", err)
	}
	h.Set(echo.HeaderContentType, "application/problem+json")
	return c.JSON(status, out)
}
