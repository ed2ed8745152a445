package exports

import (
	"slices"

	"hegui/internal/labelling/exports/rawjson"
)

// coco reads annotations of a COCO file with its tables of images and categories.
// Its lengths are pixels.
type coco struct {
	common
	images     map[string]cocoImage
	categories map[string]cocoCategory
}

type cocoImage struct {
	file          string
	width, height float64
}

type cocoCategory struct{ name, super string }

func newCOCO(c common) *coco {
	r := &coco{common: c, images: map[string]cocoImage{}, categories: map[string]cocoCategory{}}
	tables := c.layout.Head + c.layout.Tail
	for e := range rawjson.Elements(rawjson.Get(tables, "images")) {
		img := cocoImage{file: rawjson.Text(rawjson.Get(e, "file_name")), width: number(rawjson.Get(e, "width")), height: number(rawjson.Get(e, "height"))}
		if img.file == "" {
			img.file = rawjson.Text(rawjson.Get(e, "coco_url"))
		}
		r.images[rawjson.Text(rawjson.Get(e, "id"))] = img
	}
	for e := range rawjson.Elements(rawjson.Get(tables, "categories")) {
		r.categories[rawjson.Text(rawjson.Get(e, "id"))] = cocoCategory{rawjson.Text(rawjson.Get(e, "name")), rawjson.Text(rawjson.Get(e, "supercategory"))}
	}
	return r
}

func (c *coco) items(rec record, out []Item) ([]Item, *Fault) {
	it := Item{}
	var image, category string
	for name, v := range rawjson.Fields(rec.text) {
		switch name {
		case "id":
			it.ID = rawjson.Text(v)
		case "image_id":
			image = rawjson.Text(v)
		case "category_id":
			category = rawjson.Text(v)
		case "segmentation", "bbox", "area", "keypoints", "num_keypoints":
		default:
			c.stratum(&it, name, v)
		}
	}
	img, ok := c.images[image]
	if !ok {
		return out, refused(ImageUnknown, "id", image)
	}
	cat, ok := c.categories[category]
	if !ok && category != "" {
		return out, refused(CategoryUnknown, "id", category)
	}
	it.addLabel(cat.name)
	it.addStratum("category", cat.name)
	it.addStratum("supercategory", cat.super)
	it.addStratum("file_name", img.file)
	if caption := rawjson.Get(rec.text, "caption"); category == "" && caption == "" {
		return out, refused(FieldMissing, "field", "category_id")
	}
	if f := c.done(&it, rec, "id"); f != nil {
		return out, f
	}
	return append(out, it), nil
}

func (c *coco) view(original string) View {
	img := c.images[rawjson.Text(rawjson.Get(original, "image_id"))]
	v := View{Kind: ViewImage, Image: &Image{Source: img.file, Width: img.width, Height: img.height}}
	var labels []string
	for name, value := range rawjson.Fields(original) {
		switch name {
		case "category_id":
			labels = []string{c.categories[rawjson.Text(value)].name}
		case "caption":
			v.Text = &Text{Body: rawjson.Text(value)}
		case "attributes", "iscrowd", "score":
			v.addField(name, value)
		}
	}
	v.Image.Shapes = cocoShapes(original, labels)
	v.Image.fit()
	return v
}

// cocoShapes gives the polygons of an annotation, or its box where it has none,
// and its key points.
func cocoShapes(annotation string, labels []string) []Shape {
	var out []Shape
	segmentation := rawjson.Get(annotation, "segmentation")
	for part := range rawjson.Elements(segmentation) {
		if rawjson.Kind(part) == rawjson.Array {
			out = append(out, Shape{Kind: Polygon, Labels: labels, Points: points(numbers(part))})
		}
	}
	if box := numbers(rawjson.Get(annotation, "bbox")); len(box) == 4 && len(out) == 0 {
		s := Shape{Kind: Box, Labels: labels, X: box[0], Y: box[1], Width: box[2], Height: box[3]}
		if rawjson.Kind(segmentation) == rawjson.Object {
			s.Kind = Mask
		}
		out = append(out, s)
	}
	if marks := cocoKeypoints(numbers(rawjson.Get(annotation, "keypoints"))); len(marks) > 0 {
		out = append(out, Shape{Kind: Points, Labels: labels, Points: marks})
	}
	return slices.Clip(out)
}

// cocoKeypoints reads x, y, v triples; v = 0 is a point that was not marked.
func cocoKeypoints(xyv []float64) (out []Point) {
	for i := 2; i < len(xyv); i += 3 {
		if xyv[i] > 0 {
			out = append(out, Point{xyv[i-2], xyv[i-1]})
		}
	}
	return out
}
