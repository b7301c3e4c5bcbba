// A SASL exchange with any client at all. The first octet chooses the mechanism; every line after
// it is a response. It ends, and what it says can be a line of SMTP.
#include "core/base64.hpp"
#include "smtp/sasl/exchange.hpp"

#include <cstdint>
#include <cstdlib>

using namespace smtpsim;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    static const sasl::Users users{{"jdoe", "secret"}};
    static const sasl::Channel channel{"jdoe", {{"tls-exporter", "0123"}}};
    const auto& row = sasl::mechanism_table.at(data[0] % sasl::mechanism_table.size());
    sasl::Context context{users, "mail.example.test", "nonce", &channel, (data[0] & 0x40U) != 0};
    const auto exchange = sasl::begin(row.mechanism, context);
    std::string_view rest{reinterpret_cast<const char*>(data) + 1, size - 1};
    for (int round = 0; round < 8 && !rest.empty(); ++round) {
        const std::size_t end = rest.find('\n');
        const std::string_view response = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        if (const auto decoded = parse_base64(response); decoded && base64(*decoded) != response)
            std::abort();
        const sasl::Step step = exchange->next(response);
        if (parse_base64(base64(step.octets)) != step.octets) std::abort();
        if (step.verdict != sasl::Verdict::challenge) break;
    }
    return 0;
}
