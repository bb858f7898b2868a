package runlog

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// latexSigns are commands that print a sign.
var latexSigns = map[string]string{
	`\%`: "%", `\#`: "#", `\_`: "_", `\&`: "&", `\$`: "$", `\{`: "{", `\}`: "}", `\ `: " ", `\,`: "\u2009", `\;`: " ", `\:`: " ", `\!`: "", `\/`: "", `\-`: "", `\\`: " ", `\newline`: " ",
	`\times`: "×", `\cdot`: "·", `\pm`: "±", `\mp`: "±", `\sim`: "~", `\approx`: "≈", `\textasciitilde`: "~", `\simeq`: "≈", `\le`: "≤", `\leq`: "≤", `\ge`: "≥", `\geq`: "≥", `\lt`: "<", `\gt`: ">",
	`\dagger`: "†", `\ddagger`: "‡", `\dag`: "†", `\ddag`: "‡", `\S`: "§", `\P`: "¶", `\ast`: "*", `\star`: "*", `\textdagger`: "†", `\textdaggerdbl`: "‡",
	`\checkmark`: "✓", `\cmark`: "✓", `\xmark`: "✗", `\ding`: "", `\textbackslash`: "\\", `\textendash`: "–", `\textemdash`: "—", `\ldots`: "…", `\dots`: "…",
	`\percent`: "%", `\per`: "/", `\second`: "s", `\tera`: "T", `\giga`: "G", `\peta`: "P", `\exa`: "E", `\mega`: "M", `\kilo`: "k", `\milli`: "m",
	`\quad`: " ", `\qquad`: " ", `\space`: " ", `\textpm`: "±", `\texttimes`: "×", `\minus`: "-", `\textminus`: "−", `\infty`: "inf",
}

// latexDropped are commands that print nothing of the table with as many of the arguments in braces that follow them.
var latexDropped = map[string]int{
	`\footnote`: 1, `\footnotemark`: 0, `\footnotetext`: 1, `\tnote`: 1, `\tablefootnote`: 1, `\cite`: 1, `\citep`: 1, `\citet`: 1, `\citeauthor`: 1, `\citealp`: 1, `\ref`: 1, `\cref`: 1, `\Cref`: 1,
	`\label`: 1, `\textsuperscript`: 1, `\hspace`: 1, `\vspace`: 1, `\phantom`: 1, `\hphantom`: 1, `\vphantom`: 1, `\color`: 1, `\cellcolor`: 1, `\rowcolor`: 1, `\includegraphics`: 1,
	`\textcolor`: 1, `\colorbox`: 1, `\rotatebox`: 1, `\scalebox`: 1, `\resizebox`: 2, `\fontsize`: 2, `\setlength`: 2, `\raisebox`: 1, `\parbox`: 1, `\multicolumn`: 2, `\multirow`: 2,
	`\begin`: 1, `\end`: 1, `\href`: 1, `\sisetup`: 1, `\todo`: 1,
}

// maxMarkup bounds how deeply markup nests.
const maxMarkup = 20

// latexText is what a piece of LaTeX prints. Commands that only change how it looks are dropped, and so are those that are not
// known; what stands in their braces stays.
func latexText(text string, depth int) string {
	if depth > maxMarkup {
		return ""
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		switch c := text[i]; c {
		case '\\':
			i = latexMacro(&b, text, i, depth)
		case '{', '}', '$':
			i++
		case '~':
			b.WriteByte(' ')
			i++
		case '^', '_':
			raised, after := latexScript(text, i+1)
			inner := strings.TrimSpace(latexText(raised, depth+1))
			before := strings.TrimRight(b.String(), " ")
			switch {
			case c == '^' && strings.HasSuffix(before, "10") && leadingInteger(inner) == inner && inner != "":
				b.WriteString("^" + inner)
			case c == '_' && inner != "":
				b.WriteString("_" + inner)
			}
			i = after
		case '-':
			n := len(text[i:]) - len(strings.TrimLeft(text[i:], "-"))
			b.WriteString([]string{"-", "–", "—"}[min(n, 3)-1])
			i += n
		case '`', '\'':
			if strings.HasPrefix(text[i:], "``") || strings.HasPrefix(text[i:], "''") {
				i++
			}
			b.WriteByte('\'')
			i++
		default:
			_, size := utf8.DecodeRuneInString(text[i:])
			b.WriteString(text[i : i+size])
			i += size
		}
	}
	return b.String()
}

// latexScript is what is raised or lowered at an offset, and where it ends.
func latexScript(text string, at int) (raised string, end int) {
	switch {
	case at >= len(text):
		return "", len(text)
	case text[at] == '{':
		if inner, end := latexGroup(text, at); end > 0 {
			return text[inner : end-1], end
		}
		return "", at + 1
	case text[at] == '\\':
		command, end := latexCommand(text, at)
		return command, end
	}
	_, size := utf8.DecodeRuneInString(text[at:])
	return text[at : at+size], at + size
}

// latexMacro writes what a command at an offset prints, and returns where it ends.
func latexMacro(b *strings.Builder, text string, at, depth int) int {
	command, end := latexCommand(text, at)
	if sign, ok := latexSigns[command]; ok {
		b.WriteString(sign)
		if len(command) > 2 { // a word swallows the blank behind it
			for end < len(text) && text[end] == ' ' {
				end++
			}
		}
		return end
	}
	if end < len(text) && text[end] == '*' {
		end++
	}
	end = latexOptions(text, end)
	switch command {
	case `\num`, `\tablenum`:
		number, after := latexArgument(text, end)
		b.WriteString(siunitxNumber(latexText(number, depth+1)))
		return after
	case `\SI`, `\qty`:
		number, after := latexArgument(text, end)
		unit, after := latexArgument(text, latexOptions(text, after))
		b.WriteString(siunitxNumber(latexText(number, depth+1)) + " " + latexText(unit, depth+1))
		return after
	}
	for range latexDropped[command] {
		_, end = latexArgument(text, latexOptions(text, end))
	}
	if _, dropped := latexDropped[command]; !dropped && !strings.HasSuffix(b.String(), " ") && end < len(text) && text[end] == ' ' {
		b.WriteByte(' ')
	}
	return max(end, at+1)
}

// latexOptions is where the options in square brackets end that follow an offset right away.
func latexOptions(text string, at int) int {
	for at < len(text) && text[at] == '[' {
		_, end := latexGroup(text, at)
		if end == 0 {
			return at
		}
		at = end
	}
	return at
}

// latexArgument is the argument in braces at an offset, and where it ends.
func latexArgument(text string, at int) (argument string, end int) {
	for at < len(text) && unicode.IsSpace(rune(text[at])) {
		at++
	}
	if at >= len(text) || text[at] != '{' {
		return "", at
	}
	inner, end := latexGroup(text, at)
	if end == 0 {
		return "", at
	}
	return text[inner : end-1], end
}

// siunitxNumber spells a number as siunitx takes it (v3 manual, section 4.1: x or e for a power, +- for a tolerance) the way it prints it.
func siunitxNumber(text string) string {
	text = strings.ReplaceAll(strings.TrimSpace(text), "+-", " ± ")
	if mantissa, power, ok := strings.Cut(text, "e"); ok {
		return mantissa + "e" + strings.TrimSpace(power)
	}
	return text
}
