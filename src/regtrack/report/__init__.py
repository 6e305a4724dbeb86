"""Tables and charts in, one self-contained page out: `report.Report` holds what it shows, `render.render` writes it."""
