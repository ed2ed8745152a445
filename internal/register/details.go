package register

import (
	"strings"
	"unicode/utf8"

	"hegui/internal/day"
	"hegui/internal/problem"
	"hegui/internal/regulation"
)

// Details are the facts about a service, as typed.
type Details struct {
	Name        string
	Kind        Kind
	Description string
	Modalities  []Modality
	Audience    Audience
	Minors      regulation.Answer
	Model       ModelSource
	ModelName   string
	ModelFiling string
	Channels    []Channel
	Launch      day.Date
	State       State // Planned when empty; Retired is reached by Retire only

	FilingNumber       string
	RegistrationNumber string
	AlgorithmNumber    string

	ComplianceOwner string
	ProductOwner    string
	TechnicalOwner  string
	PrivacyContact  string
}

// limits of what is typed, in characters
const (
	maxName        = 100
	maxNumber      = 100 // filing numbers run to about 40: "Beijing-XiaoMing-202401010001"
	maxDescription = 4000
	maxReason      = 2000
)

// Validate gives the fields that are wrong and puts the others into the form
// they are stored in. today is needed for the launch: a live service was
// launched already.
func (d *Details) Validate(today day.Date) error {
	var f problem.Fields
	d.trim()
	switch {
	case d.Name == "":
		f.Add("name", "register.name.required")
	case utf8.RuneCountInString(d.Name) > maxName:
		f.Add("name", "register.text.long", "max", maxName)
	}
	if utf8.RuneCountInString(d.Description) > maxDescription {
		f.Add("description", "register.text.long", "max", maxDescription)
	}
	d.checkWords(&f)
	d.checkNumbers(&f)
	if d.State == Live && d.Launch > today {
		f.Add("launch", "register.launch.future")
	}
	return f.Err()
}

func (d *Details) trim() {
	for _, s := range []*string{&d.Name, &d.Description, &d.ModelName, &d.ModelFiling, &d.FilingNumber, &d.RegistrationNumber, &d.AlgorithmNumber} {
		*s = strings.TrimSpace(*s)
	}
	if d.State == "" {
		d.State = Planned
	}
	if d.Minors == "" {
		d.Minors = regulation.Unknown
	}
}

func (d *Details) checkWords(f *problem.Fields) {
	var modalities, channels bool
	d.Modalities, modalities = inOrder(Modalities, d.Modalities)
	d.Channels, channels = inOrder(Channels, d.Channels)
	if d.Kind == "" {
		f.Add("kind", "register.kind.required")
	}
	for _, c := range []struct {
		field string
		ok    bool
	}{
		{"kind", known(Kinds, d.Kind, false)},
		{"modalities", modalities},
		{"audience", known(Audiences, d.Audience, true)},
		{"minors", d.Minors == regulation.Yes || d.Minors == regulation.No || d.Minors == regulation.Unknown},
		{"model", known(ModelSources, d.Model, true)},
		{"channels", channels},
		{"state", known(States, d.State, false) && d.State != Retired},
	} {
		if !c.ok {
			f.Add(c.field, "register.choice.unknown")
		}
	}
}

func (d *Details) checkNumbers(f *problem.Fields) {
	for _, c := range []struct{ field, value string }{
		{"model_name", d.ModelName}, {"model_filing", d.ModelFiling}, {"filing_number", d.FilingNumber},
		{"registration_number", d.RegistrationNumber}, {"algorithm_number", d.AlgorithmNumber},
	} {
		if utf8.RuneCountInString(c.value) > maxNumber {
			f.Add(c.field, "register.text.long", "max", maxNumber)
		}
	}
}

// Details gives the facts of a service, to show them in a form.
func (e Entry) Details() Details {
	return Details{Name: e.Name, Kind: e.Kind, Description: e.Description, Modalities: e.Modalities, Audience: e.Audience,
		Minors: e.Minors, Model: e.Model, ModelName: e.ModelName, ModelFiling: e.ModelFiling, Channels: e.Channels,
		Launch: e.Launch, State: e.State, FilingNumber: e.FilingNumber, RegistrationNumber: e.RegistrationNumber,
		AlgorithmNumber: e.AlgorithmNumber, ComplianceOwner: e.ComplianceOwner, ProductOwner: e.ProductOwner,
		TechnicalOwner: e.TechnicalOwner, PrivacyContact: e.PrivacyContact}
}

// put writes checked facts into a service.
func (e *Entry) put(d Details) {
	e.Name, e.Kind, e.Description, e.Modalities, e.Audience = d.Name, d.Kind, d.Description, d.Modalities, d.Audience
	e.Minors, e.Model, e.ModelName, e.ModelFiling, e.Channels = d.Minors, d.Model, d.ModelName, d.ModelFiling, d.Channels
	e.Launch, e.State = d.Launch, d.State
	e.FilingNumber, e.RegistrationNumber, e.AlgorithmNumber = d.FilingNumber, d.RegistrationNumber, d.AlgorithmNumber
	e.ComplianceOwner, e.ProductOwner, e.TechnicalOwner, e.PrivacyContact = d.ComplianceOwner, d.ProductOwner, d.TechnicalOwner, d.PrivacyContact
}
