package rules

import "github.com/mfu-audit/mfu-audit/audit"

func rowContradictsItself() audit.Rule {
	return audit.Rule{
		ID: "MFU932", Name: "row-contradicts-itself", Severity: audit.SeverityError, Since: "0.1.0", Table: true,
		Summary: "Cells of one row contradict each other, whatever is counted.",
		What:    "Whether rates, batch, step time and numbers of devices in one row multiply to each other within their printed digits, and devices to the parallel degrees.",
		Why:     "One of the cells is wrong, and with it whatever is computed from it.",
		How:     "Cells of different runs stand in one row, or one is a typing mistake.",
		Fix:     "Measure again or correct the cell; the report says which value of which single cell would do.",
		Citations: []audit.Citation{
			{Text: "Narayanan et al. 2021, arXiv 2104.04473, section 5.1: how throughput follows from batch and time", URL: "https://arxiv.org/abs/2104.04473"},
		},
	}
}
