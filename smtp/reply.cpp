#include "smtp/reply.hpp"

#include <algorithm>
#include <string>

namespace smtpsim::smtp {

Reply compile(const ReplyText& text) {
    const std::string code = std::to_string(text.code.value());
    std::string enhanced;
    if (text.enhanced)
        enhanced = std::to_string(text.enhanced->severity) + '.' +
                   std::to_string(text.enhanced->subject) + '.' +
                   std::to_string(text.enhanced->detail);
    Reply reply{text.code, {}};
    const std::size_t lines = std::max<std::size_t>(text.lines.size(), 1);
    for (std::size_t i = 0; i < lines; ++i) {
        const bool has_text = i < text.lines.size() && !text.lines[i].empty();
        reply.octets.append_literal(code + (i + 1 < lines ? "-" : " ") + enhanced);
        if (!enhanced.empty() && has_text) reply.octets.append_literal(" ");
        if (has_text) reply.octets.append(text.lines[i]);
        reply.octets.append_literal("\r\n");
    }
    return reply;
}

} // namespace smtpsim::smtp
