// The Password Authentication Protocol (PAP): RFC 1334 §2.
#include "core/text.hpp"
#include "serial/ppp/auth_exchange.hpp"

#include <optional>

namespace smtpsim::ppp {

namespace {

namespace pap { // codes
enum : std::uint8_t { request = 1, ack, nak };
}

constexpr std::size_t longest_text = 255; // lengths are one octet

/// Takes a length and so many octets off the front.
std::optional<std::string_view> take_counted(std::string_view& rest) {
    if (rest.empty()) return std::nullopt;
    const std::size_t size = static_cast<std::uint8_t>(rest[0]);
    if (size >= rest.size()) return std::nullopt;
    const std::string_view out = rest.substr(1, size);
    rest.remove_prefix(size + 1);
    return out;
}

void append_counted(std::string_view text, std::string& out) {
    text = text.substr(0, longest_text);
    out += static_cast<char>(text.size());
    out += text;
}

class PapProvider : public AuthExchange {
public:
    explicit PapProvider(Context& context) : AuthExchange(protocol::pap, context) {}

    void start(Tick now, Steps&) override {
        if (!context_.impairments.auth_silent) wait(now);
    }

    void receive(const Packet& packet, Tick, Steps& out) override {
        std::string_view rest = packet.data;
        const auto user = take_counted(rest);
        const auto password = take_counted(rest);
        if (packet.code != pap::request || context_.impairments.auth_silent || !user || !password)
            return;
        if (!settled()) judge(*user, *password);
        std::string data;
        append_counted(reply_, data);
        answer(accepted_, make_packet(accepted_ ? pap::ack : pap::nak, answer_id(packet.id), data),
               out);
    }

private:
    void judge(std::string_view user, std::string_view password) {
        user_ = user;
        const std::string* right = password_of(user);
        reply_ = forced_refusal();
        accepted_ = reply_.empty() && (lets_in_anyone() || (right && *right == password));
        if (reply_.empty()) reply_ = accepted_ ? "Login ok" : "Login incorrect";
    }

    bool accepted_ = false;
    std::string reply_;
};

class PapClient : public AuthExchange {
public:
    explicit PapClient(Context& context) : AuthExchange(protocol::pap, context) {
        user_ = context.settings.user;
    }

    void start(Tick now, Steps& out) override {
        std::string data;
        append_counted(user_, data);
        append_counted(context_.settings.password, data);
        insist(make_packet(pap::request, id, data), now, out);
    }

    void receive(const Packet& packet, Tick, Steps& out) override {
        if (packet.id != id || (packet.code != pap::ack && packet.code != pap::nak)) return;
        std::string_view rest = packet.data;
        settle(packet.code == pap::ack,
               "the login was refused: " + visible(take_counted(rest).value_or("")), out);
    }

private:
    static constexpr std::uint8_t id = 1;
};

} // namespace

std::unique_ptr<AuthExchange> make_pap(Context& context) {
    if (context.settings.role == Role::client) return std::make_unique<PapClient>(context);
    return std::make_unique<PapProvider>(context);
}

} // namespace smtpsim::ppp
