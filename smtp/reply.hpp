// A reply: code, enhanced code and lines, compiled once and rendered often. The texts are in
// reply_table.hpp.
#pragma once

#include "smtp/reply_code.hpp"
#include "smtp/reply_template.hpp"

#include <optional>
#include <vector>

namespace smtpsim::smtp {

/// A complete reply, ready to render: every line has its code, separator and CRLF.
struct Reply {
    ReplyCode code;
    Template octets;
};

struct ReplyText {
    ReplyCode code;
    std::optional<EnhancedCode> enhanced;
    std::vector<Template> lines; // without code and enhanced code; none makes one empty line
};
/// Shape: "250-first", "250 last", each with CRLF; the enhanced code in every line (RFC 2034 §4).
Reply compile(const ReplyText& text);

} // namespace smtpsim::smtp
