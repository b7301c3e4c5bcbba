#include "sim/journal/message_text.hpp"

#include "core/date.hpp"
#include "core/json.hpp"

namespace smtpsim::journal {

std::string message_json(const Message& message, std::uint64_t session, Tick at) {
    std::string out = "{\n  \"id\": ";
    append_json_text(message.id, out);
    out += ",\n  \"session\": " + std::to_string(session);
    out += ",\n  \"at\": \"";
    append_iso_date(at, out);
    out += "\",\n  \"client\": ";
    append_json_text(message.client, out);
    out += ",\n  \"helo\": ";
    append_json_string(message.helo, out);
    out += ",\n  \"sender\": ";
    append_json_string(message.sender, out);
    out += ",\n  \"recipients\": [";
    std::string_view separator;
    for (const std::string& recipient : message.recipients) {
        out += separator;
        append_json_string(recipient, out);
        separator = ", ";
    }
    out += "],\n  \"size\": " + std::to_string(message.size);
    out += "\n}\n";
    return out;
}

} // namespace smtpsim::journal
