#include "serial/ppp/lcp.hpp"

#include <algorithm>

namespace smtpsim::ppp {

namespace {

constexpr int most_loops = 10; // as pppd has it
constexpr std::uint16_t least_mru = 128;

struct AuthRow {
    Auth auth;
    std::string_view value;
};

/// RFC 1334 §2, RFC 1994 §3, RFC 2433 §2, RFC 2759 §2. The best first.
constexpr std::array auth_table{
    AuthRow{Auth::ms_chap_v2, {"\xc2\x23\x81", 3}},
    AuthRow{Auth::ms_chap, {"\xc2\x23\x80", 3}},
    AuthRow{Auth::chap_md5, {"\xc2\x23\x05", 3}},
    AuthRow{Auth::pap, {"\xc0\x23", 2}},
    AuthRow{Auth::none, {}},
};

/// Size of the value of an option that we accept; nothing: we reject it.
std::optional<std::size_t> size_of_value(std::uint8_t type) {
    switch (type) {
    case lcp_option::mru: return 2;
    case lcp_option::accm:
    case lcp_option::magic: return 4;
    case lcp_option::pfc:
    case lcp_option::acfc: return 0;
    default: return std::nullopt;
    }
}

} // namespace

std::string_view auth_value(Auth auth) {
    return std::find_if(auth_table.begin(), auth_table.end(),
                        [auth](const AuthRow& row) { return row.auth == auth; })
        ->value;
}

Lcp::Lcp(Context& context)
    : Control(context), mru_(context.settings.mru), accm_(context.settings.accm),
      magic_(any_magic()) {}

std::uint32_t Lcp::any_magic() {
    return static_cast<std::uint32_t>(context_.dice.below(0xffffffff)) + 1;
}

std::vector<std::string_view> Lcp::offers() const {
    if (context_.settings.role == Role::client) return {};
    if (context_.impairments.eap_only) return {eap_value};
    if (context_.impairments.pap_only) return {auth_value(Auth::pap)};
    std::vector<std::string_view> out;
    for (const Auth auth : context_.settings.auth) out.push_back(auth_value(auth));
    return out;
}

LinkOptions Lcp::ours() const {
    LinkOptions out;
    if (!refused_[lcp_option::mru]) out.mru = context_.impairments.mru.value_or(mru_);
    if (!refused_[lcp_option::accm]) out.accm = accm_;
    const auto offered = offers();
    if (offer_ < offered.size()) out.auth = offered[offer_];
    if (!refused_[lcp_option::magic]) out.magic = magic_;
    out.pfc = !refused_[lcp_option::pfc];
    out.acfc = !refused_[lcp_option::acfc];
    if (context_.settings.callback && !refused_[lcp_option::callback])
        out.callback = cbcp_operation;
    return out;
}

std::string Lcp::wishes() {
    const LinkOptions wish = ours();
    std::string out;
    if (!refused_[lcp_option::mru]) append_option(lcp_option::mru, octets16(wish.mru), out);
    if (!refused_[lcp_option::accm]) append_option(lcp_option::accm, octets32(wish.accm), out);
    if (!wish.auth.empty()) append_option(lcp_option::auth, wish.auth, out);
    if (wish.magic != 0) append_option(lcp_option::magic, octets32(wish.magic), out);
    if (wish.pfc) append_option(lcp_option::pfc, {}, out);
    if (wish.acfc) append_option(lcp_option::acfc, {}, out);
    if (!wish.callback.empty()) append_option(lcp_option::callback, wish.callback, out);
    return out;
}

Control::Answer Lcp::judge(const Option& option) {
    const bool is_client = context_.settings.role == Role::client;
    if (option.type == lcp_option::auth && is_client) return judge_auth(option.value);
    if (option.type == lcp_option::callback && context_.impairments.callback)
        return {Code::configure_ack};
    if (size_of_value(option.type) != option.value.size()) return {Code::configure_reject};
    if (option.type == lcp_option::mru && number16(option.value) < least_mru)
        return {Code::configure_nak, octets16(least_mru)};
    if (option.type == lcp_option::magic) {
        const std::uint32_t magic = number32(option.value);
        if (context_.impairments.same_magic) magic_ = magic;
        if (magic == 0 || magic == magic_)
            return {Code::configure_nak, octets32(any_magic()), true};
    }
    return {Code::configure_ack};
}

/// As a client.
Control::Answer Lcp::judge_auth(std::string_view value) const {
    const auto& takes = context_.settings.auth;
    const auto taken = [&](Auth auth) {
        return auth != Auth::none &&
               (takes.empty() || std::find(takes.begin(), takes.end(), auth) != takes.end());
    };
    std::string_view best;
    for (const AuthRow& row : auth_table) {
        if (!taken(row.auth)) continue;
        if (row.value == value) return {Code::configure_ack};
        if (best.empty()) best = row.value;
    }
    if (!takes.empty() && takes.front() != Auth::none) best = auth_value(takes.front());
    if (best.empty()) return {Code::configure_reject};
    return {Code::configure_nak, std::string{best}};
}

void Lcp::agree(std::string_view options) {
    peer_ = {};
    while (const auto option = next_option(options)) switch (option->type) {
        case lcp_option::mru: peer_.mru = number16(option->value); break;
        case lcp_option::accm: peer_.accm = number32(option->value); break;
        case lcp_option::auth: peer_.auth = option->value; break;
        case lcp_option::magic: peer_.magic = number32(option->value); break;
        case lcp_option::pfc: peer_.pfc = true; break;
        case lcp_option::acfc: peer_.acfc = true; break;
        case lcp_option::callback: peer_.callback = option->value; break;
        default: break;
        }
}

std::string Lcp::on_nak_or_reject(Code code, const Option& option) {
    if (code == Code::configure_reject) {
        refused_.set(option.type);
        return option.type == lcp_option::auth ? "the peer refuses to log in" : "";
    }
    if (option.type == lcp_option::mru && option.value.size() == 2) {
        const std::uint16_t mru = number16(option.value);
        if (mru >= least_mru && mru <= context_.settings.mru) mru_ = mru;
    } else if (option.type == lcp_option::accm && option.value.size() == 4) {
        accm_ |= number32(option.value);
    } else if (option.type == lcp_option::auth) {
        return on_auth_nak(option.value);
    } else if (option.type == lcp_option::magic) {
        magic_ = any_magic();
        if (++loops_ >= most_loops) return "the line is looped back";
    }
    return {};
}

/// The one that the peer names, where we have it, or else the next.
std::string Lcp::on_auth_nak(std::string_view value) {
    const auto offered = offers();
    const auto named = std::find(offered.begin(), offered.end(), value);
    offer_ =
        named != offered.end() ? static_cast<std::size_t>(named - offered.begin()) : offer_ + 1;
    return offer_ < offered.size() ? "" : "the peer takes no login that is offered";
}

std::string Lcp::nonsense() {
    constexpr std::uint16_t most = default_mru - 1; // that is smaller than any usual request
    std::string out;
    const auto mru = least_mru + context_.dice.below(most - least_mru);
    append_option(lcp_option::mru, octets16(static_cast<std::uint16_t>(mru)), out);
    return out;
}

std::optional<Event> Lcp::on_other_code(const Packet& packet, Steps& out) {
    switch (static_cast<Code>(packet.code)) {
    case Code::protocol_reject:
        if (state() == State::opened)
            out.push_back({Step::Kind::rejected, std::string{packet.data}});
        return Event::reject_permitted;
    case Code::echo_reply: // a looped line answers with our own magic number
        if (packet.data.size() >= 4 && (number32(packet.data) != magic_ || magic_ == 0))
            unanswered_ = 0;
        return Event::echo;
    case Code::echo_request:
    case Code::discard_request:
    case Code::identification:
    case Code::time_remaining: return Event::echo;
    default: return std::nullopt;
    }
}

std::string Lcp::echo_reply(const Packet& packet) {
    if (static_cast<Code>(packet.code) != Code::echo_request || packet.data.size() < 4 ||
        context_.impairments.no_echo_reply)
        return {};
    std::string data = octets32(ours().magic);
    data += packet.data.substr(4);
    return make_packet(Code::echo_reply, packet.id, data);
}

std::string Lcp::protocol_reject(std::uint16_t protocol, std::string_view information) {
    const std::size_t room = peer_.mru - packet_header - 2;
    std::string data = octets16(protocol);
    data += information.substr(0, room);
    return make_packet(Code::protocol_reject, ++id_, data);
}

void Lcp::watch(Tick now) {
    const Duration interval = context_.settings.echo_interval;
    next_echo_ = interval.count() > 0 ? now + interval : Tick::max();
    unanswered_ = 0;
}

void Lcp::on_tick(Tick now, Steps& out) {
    Control::on_tick(now, out);
    if (next_echo_ > now) return;
    if (state() != State::opened) {
        next_echo_ = Tick::max();
    } else if (unanswered_ >= context_.settings.max_echo) {
        next_echo_ = Tick::max();
        fail("no answer to " + std::to_string(unanswered_) + " echo requests", now, out);
    } else {
        ++unanswered_;
        next_echo_ = now + context_.settings.echo_interval;
        send(make_packet(Code::echo_request, ++id_, octets32(ours().magic)), out);
    }
}

Tick Lcp::deadline() const { return std::min(Control::deadline(), next_echo_); }

} // namespace smtpsim::ppp
