package register

import "slices"

// Kind is what sort of service it is, for people to find it by. It decides
// nothing.
type Kind string

// Kinds lists the kinds in the order in which they are offered.
var Kinds = []Kind{
	"chat", "search", "writing", "image", "audio", "video", "avatar", "companion", "coding", "agent",
	"customer_service", "education", "platform", "other",
}

// Modality is a form of content that a service puts out, as Article 2 and the
// labelling rules tell them apart.
type Modality string

// The modalities.
const (
	Text         Modality = "text"
	Image        Modality = "image"
	Audio        Modality = "audio"
	Video        Modality = "video"
	VirtualScene Modality = "virtual_scene"
)

// Modalities lists the modalities in the order of the labelling rules.
var Modalities = []Modality{Text, Image, Audio, Video, VirtualScene}

// Audience is for whom a service is meant.
type Audience string

// The audiences.
const (
	GeneralPublic Audience = "public"
	Enterprise    Audience = "enterprise"
	InternalUse   Audience = "internal"
	ResearchUse   Audience = "research"
)

// Audiences lists the audiences.
var Audiences = []Audience{GeneralPublic, Enterprise, InternalUse, ResearchUse}

// ModelSource is whose model a service runs on.
type ModelSource string

// The sources.
const (
	OwnModel        ModelSource = "own"
	ThirdParty      ModelSource = "third_party"       // called as it is
	TunedThirdParty ModelSource = "tuned_third_party" // trained further
)

// ModelSources lists the sources.
var ModelSources = []ModelSource{OwnModel, ThirdParty, TunedThirdParty}

// Channel is a way by which people reach a service.
type Channel string

// The channels.
const (
	Web         Channel = "web"
	App         Channel = "app"
	MiniProgram Channel = "mini_program"
	API         Channel = "api"
	Desktop     Channel = "desktop"
	Device      Channel = "device"
	Embedded    Channel = "embedded" // inside somebody else's platform
)

// Channels lists the channels.
var Channels = []Channel{Web, App, MiniProgram, API, Desktop, Device, Embedded}

// State is where a service is in its life.
type State string

// The states.
const (
	Planned   State = "planned"
	Live      State = "live"
	Suspended State = "suspended"
	Retired   State = "retired"
)

// States lists the states in the order of a service's life.
var States = []State{Planned, Live, Suspended, Retired}

// known says whether a word is one of a list; none counts when it may be
// left out.
func known[T ~string](list []T, word T, optional bool) bool {
	return optional && word == "" || slices.Contains(list, word)
}

// inOrder gives the words of list that were picked, each once and in the
// order of list; ok is false when something else was picked. It is never nil.
func inOrder[T comparable](list, picked []T) (out []T, ok bool) {
	out, ok = []T{}, true
	for _, word := range list {
		if slices.Contains(picked, word) {
			out = append(out, word)
		}
	}
	for _, word := range picked {
		ok = ok && slices.Contains(list, word)
	}
	return out, ok
}
