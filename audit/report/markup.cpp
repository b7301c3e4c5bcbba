#include "audit/report/markup.hpp"

#include "core/text.hpp"

namespace smtpsim::report {

std::string markup(std::string_view text) {
    // printable() leaves every character of XML but these two, which are no characters at all.
    constexpr std::string_view not_fffe = "\xEF\xBF\xBE", not_ffff = "\xEF\xBF\xBF";
    const std::string shown = printable(text);
    std::string out;
    for (std::size_t i = 0; i < shown.size(); ++i) {
        switch (shown[i]) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        case '\'': out += "&#39;"; break;
        case '\xEF':
            if (shown.compare(i, 3, not_fffe) == 0)
                out += "\\xef\\xbf\\xbe", i += 2;
            else if (shown.compare(i, 3, not_ffff) == 0)
                out += "\\xef\\xbf\\xbf", i += 2;
            else
                out += shown[i];
            break;
        default: out += shown[i];
        }
    }
    return out;
}

std::string markup_octets(std::string_view octets) { return markup(visible(octets)); }

} // namespace smtpsim::report
