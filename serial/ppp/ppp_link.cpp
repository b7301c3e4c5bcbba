#include "serial/ppp/ppp_link.hpp"

#include "serial/ppp/packet_text.hpp"

#include <algorithm>
#include <utility>

namespace smtpsim::ppp {

namespace {

/// The longest that any Maximum-Receive-Unit allows, with header and FCS.
constexpr std::size_t longest_frame = 0xffff + 8;

constexpr bool is_control(std::uint16_t protocol) { return protocol >= 0x8000; }

constexpr bool is_ending(State state) {
    return state == State::closing || state == State::stopping;
}

} // namespace

std::string_view name(Phase phase) {
    constexpr std::array<std::string_view, 5> names{"dead", "establish", "authenticate", "network",
                                                    "terminate"};
    return names.at(static_cast<std::size_t>(phase));
}

void Actions::clear() {
    octets.clear();
    packets.clear();
    notes.clear();
    hang_up = false;
}

Link::Link(Settings settings, Rng dice, std::function<void(At, Link&)> ask)
    : context_{std::move(settings), dice}, ask_(std::move(ask)), decoder_(longest_frame) {
    lcp_.emplace(context_);
    ipcp_.emplace(context_);
}

void Link::open(Tick now, Actions& out) {
    if (phase_ != Phase::dead) return;
    lcp_.emplace(context_);
    ipcp_.emplace(context_);
    decoder_ = Decoder{longest_frame};
    if (is_client()) decoder_.pass_over(every_control); // RFC 1662 §7.1
    why_.clear();
    user_.clear();
    enter(Phase::establish, out);
    if (ask_) ask_(At::lcp, *this);
    set_escapes();
    lcp_event(Event::open, now, out);
    lcp_event(Event::up, now, out);
    if (context_.impairments.lcp_terminate) close(now, out);
}

void Link::close(Tick now, Actions& out) {
    if (phase_ == Phase::dead) return;
    enter(Phase::terminate, out);
    lcp_event(Event::close, now, out);
}

void Link::on_carrier_lost(Tick now, Actions& out) {
    if (phase_ == Phase::dead) return;
    if (why_.empty() && lcp_->why().empty() && phase_ != Phase::terminate)
        why_ = "the carrier was lost";
    lcp_event(Event::down, now, out);
    finish(false, out);
}

void Link::on_octets(std::string_view octets, Tick now, Actions& out) {
    latest_.advance(now);
    while (phase_ != Phase::dead && !octets.empty()) {
        const std::uint64_t bad = decoder_.bad();
        const auto frame = decoder_.next(octets);
        if (context_.settings.journal && decoder_.bad() != bad)
            out.notes.push_back({PppNote::Kind::received, "bad frame"});
        if (frame && !context_.impairments.silent) on_frame(*frame, now, out);
    }
}

void Link::on_frame(const Frame& frame, Tick now, Actions& out) {
    if (context_.settings.journal)
        out.notes.push_back({PppNote::Kind::received,
                             packet_text(frame.protocol, frame.information),
                             without_secrets(frame.protocol, frame.information)});
    if (frame.protocol == protocol::lcp) {
        Steps steps;
        lcp_->receive(frame.information, now, steps);
        return perform_lcp(steps, now, out);
    }
    if (frame.protocol == protocol::ip) {
        if (up_) out.packets.emplace_back(frame.information);
        return;
    }
    for (AuthExchange* exchange : {login_.get(), after_login_.get()}) {
        if (!exchange || exchange->protocol() != frame.protocol) continue;
        const auto packet = parse_packet(frame.information);
        if (!packet) return;
        Steps steps;
        exchange->receive(*packet, now, steps);
        return perform_exchange(*exchange, steps, now, out);
    }
    if (phase_ == Phase::network) on_unknown(frame, now, out);
}

/// Anything but LCP, IP and the login.
void Link::on_unknown(const Frame& frame, Tick now, Actions& out) {
    const Impairments& impairments = context_.impairments;
    if (frame.protocol == protocol::ipcp && !impairments.ipcp_reject) {
        if (impairments.ipcp_silent) return;
        Steps steps;
        ipcp_->receive(frame.information, now, steps);
        return perform_ipcp(steps, now, out);
    }
    const bool is_vj =
        frame.protocol == protocol::vj_compressed || frame.protocol == protocol::vj_uncompressed;
    if (is_vj && impairments.vj_broken) return;
    transmit(protocol::lcp, lcp_->protocol_reject(frame.protocol, frame.information), out);
}

void Link::on_rejected(std::uint16_t protocol, Tick now, Actions& out) {
    if (after_login_ && after_login_->protocol() == protocol)
        return fail(protocol == protocol::ccp ? "encryption is required"
                                              : "the peer does not know CBCP",
                    now, out);
    const bool vital = protocol == protocol::ipcp || protocol == protocol::lcp ||
                       (login_ && login_->protocol() == protocol);
    if (vital) fail("the peer does not know " + std::string{protocol_name(protocol)}, now, out);
}

void Link::on_packet(std::string_view ip, Tick, Actions& out) {
    if (up_ && ip.size() <= peer_mru()) transmit(protocol::ip, ip, out);
}

void Link::on_tick(Tick now, Actions& out) {
    latest_.advance(now);
    if (phase_ == Phase::dead || context_.impairments.silent) return;
    Steps steps;
    lcp_->on_tick(now, steps);
    perform_lcp(steps, now, out);
    steps.clear();
    ipcp_->on_tick(now, steps);
    perform_ipcp(steps, now, out);
    for (std::unique_ptr<AuthExchange>* slot : {&login_, &after_login_}) {
        if (!*slot) continue;
        steps.clear();
        (*slot)->on_tick(now, steps);
        perform_exchange(**slot, steps, now, out);
    }
}

Tick Link::deadline() const {
    if (phase_ == Phase::dead || context_.impairments.silent) return Tick::max();
    Tick out = std::min(lcp_->deadline(), ipcp_->deadline());
    if (login_) out = std::min(out, login_->deadline());
    if (after_login_) out = std::min(out, after_login_->deadline());
    return out;
}

void Link::lcp_event(Event event, Tick now, Actions& out) {
    Steps steps;
    lcp_->on(event, now, steps);
    perform_lcp(steps, now, out);
}

void Link::ipcp_event(Event event, Tick now, Actions& out) {
    Steps steps;
    ipcp_->on(event, now, steps);
    perform_ipcp(steps, now, out);
}

void Link::perform_lcp(const Steps& steps, Tick now, Actions& out) {
    for (const Step& step : steps) switch (step.kind) {
        case Step::Kind::send: transmit(protocol::lcp, step.packet, out); break;
        case Step::Kind::up: lcp_up(now, out); break;
        case Step::Kind::down: lcp_down(now, out); break;
        case Step::Kind::finished: finish(true, out); break;
        case Step::Kind::rejected: on_rejected(number16(step.packet), now, out); break;
        }
    if (phase_ != Phase::dead && is_ending(lcp_->state())) enter(Phase::terminate, out);
}

void Link::perform_ipcp(const Steps& steps, Tick now, Actions& out) {
    for (const Step& step : steps) switch (step.kind) {
        case Step::Kind::send: transmit(protocol::ipcp, step.packet, out); break;
        case Step::Kind::up: ipcp_up(now, out); break;
        case Step::Kind::down: end_up(out); break;
        case Step::Kind::finished:
            if (!context_.impairments.ipcp_terminate) fail("IPCP: " + ipcp_->why(), now, out);
            break;
        case Step::Kind::rejected: break;
        }
}

void Link::perform_exchange(AuthExchange& exchange, const Steps& steps, Tick now, Actions& out) {
    for (const Step& step : steps) switch (step.kind) {
        case Step::Kind::send: transmit(exchange.protocol(), step.packet, out); break;
        case Step::Kind::up: user_ = exchange.user(); return logged_in(now, out);
        case Step::Kind::finished: return fail(std::string{exchange.text()}, now, out);
        default: break;
        }
}

void Link::lcp_up(Tick now, Actions& out) {
    set_escapes();
    if (is_client()) decoder_.pass_over(lcp_->ours().accm);
    lcp_->watch(now);
    const std::string method = is_client() ? lcp_->peer().auth : lcp_->ours().auth;
    if (method.empty()) return logged_in(now, out);
    log_in(method, now, out);
}

void Link::log_in(std::string_view method, Tick now, Actions& out) {
    enter(Phase::authenticate, out);
    if (asked(At::auth, Phase::authenticate)) begin(login_, make_login(method, context_), now, out);
}

void Link::logged_in(Tick now, Actions& out) {
    const std::string callback = is_client() ? lcp_->ours().callback : lcp_->peer().callback;
    if (callback == cbcp_operation) return begin(after_login_, make_cbcp(context_), now, out);
    if (!callback.empty()) return fail("to call back", now, out);
    begin_network(now, out);
}

void Link::begin_network(Tick now, Actions& out) {
    enter(Phase::network, out);
    if (!asked(At::ipcp, Phase::network)) return;
    const Impairments& impairments = context_.impairments;
    if (impairments.require_encryption) return begin(after_login_, make_ccp(context_), now, out);
    ipcp_.emplace(context_);
    if (impairments.ipcp_reject || impairments.ipcp_silent) return;
    ipcp_event(Event::open, now, out);
    ipcp_event(Event::up, now, out);
    if (impairments.ipcp_terminate) ipcp_event(Event::close, now, out);
}

void Link::begin(std::unique_ptr<AuthExchange>& slot, std::unique_ptr<AuthExchange> exchange,
                 Tick now, Actions& out) {
    slot = std::move(exchange);
    Steps steps;
    slot->start(now, steps);
    perform_exchange(*slot, steps, now, out);
}

void Link::lcp_down(Tick now, Actions& out) {
    ipcp_event(Event::down, now, out);
    ipcp_.emplace(context_);
    login_.reset();
    after_login_.reset();
    if (lcp_->state() >= State::req_sent) enter(Phase::establish, out);
    if (is_ending(lcp_->state())) enter(Phase::terminate, out);
}

void Link::ipcp_up(Tick now, Actions& out) {
    if (is_client() && address() == 0) return fail("the peer gave no address", now, out);
    up_ = true;
    if (!context_.settings.journal) return;
    const std::uint32_t client = is_client() ? address() : peer_address();
    out.notes.push_back({PppNote::Kind::up, "address " + address_text(client)});
}

void Link::end_up(Actions& out) {
    if (std::exchange(up_, false) && context_.settings.journal)
        out.notes.push_back({PppNote::Kind::down, "IP"});
}

void Link::fail(std::string why, Tick now, Actions& out) {
    if (why_.empty()) why_ = why;
    Steps steps;
    lcp_->fail(std::move(why), now, steps);
    perform_lcp(steps, now, out);
}

void Link::finish(bool hang_up, Actions& out) {
    if (phase_ == Phase::dead) return;
    end_up(out);
    login_.reset();
    after_login_.reset();
    if (why_.empty() && !lcp_->why().empty()) why_ = "LCP: " + lcp_->why();
    if (!why_.empty() && context_.settings.journal)
        out.notes.push_back({PppNote::Kind::failed, why_});
    out.hang_up = out.hang_up || hang_up;
    context_.impairments = {};
    enter(Phase::dead, out);
}

/// False: a fault that was asked for has ended this phase.
bool Link::asked(At at, Phase phase) {
    if (ask_) ask_(at, *this);
    return phase_ == phase && lcp_->state() == State::opened;
}

void Link::enter(Phase phase, Actions& out) {
    if (phase_ == phase) return;
    phase_ = phase;
    if (context_.settings.journal)
        out.notes.push_back({PppNote::Kind::phase, std::string{name(phase)}});
}

/// LCP is sent with nothing compressed and all escaped: RFC 1662 §7.1, RFC 1661 §6.5.
void Link::set_escapes() {
    const LinkOptions& peer = lcp_->peer();
    const bool all = !context_.impairments.wrong_accm;
    lcp_encoder_.escape(all ? every_control : 0);
    encoder_.escape(all ? peer.accm : 0);
    encoder_.compress(peer.pfc, peer.acfc);
}

void Link::transmit(std::uint16_t protocol, std::string_view information, Actions& out) {
    const Impairments& impairments = context_.impairments;
    if (impairments.silent || (impairments.ipcp_silent && protocol == protocol::ipcp)) return;
    std::string damaged;
    if (impairments.malformed && is_control(protocol)) {
        damaged = information;
        damage_length(damaged);
        information = damaged;
    }
    if (context_.settings.journal)
        out.notes.push_back({PppNote::Kind::sent, packet_text(protocol, information),
                             without_secrets(protocol, information)});
    const bool spoil = impairments.bad_fcs && context_.dice.chance(*impairments.bad_fcs);
    const Encoder& encoder = protocol == protocol::lcp ? lcp_encoder_ : encoder_;
    encoder.encode(protocol, information, spoil, out.octets);
}

/// One that is shorter than the header, or longer than the packet.
void Link::damage_length(std::string& packet) {
    const std::size_t size = packet.size();
    const std::uint64_t wrong = context_.dice.chance({1, 2}) ? context_.dice.below(packet_header)
                                                             : size + 1 + context_.dice.below(100);
    packet.replace(2, 2, octets16(static_cast<std::uint16_t>(wrong)));
}

void Link::apply(const faults::Impairment& impairment, Tick now, Actions& out) {
    put_in_force(impairment, context_.impairments);
    if (impairment.act == faults::Act::wrong_accm) set_escapes();
    if (impairment.act == faults::Act::lcp_terminate && lcp_->state() >= State::req_sent)
        close(now, out);
    if (impairment.act == faults::Act::ipcp_terminate && ipcp_->state() >= State::req_sent)
        ipcp_event(Event::close, now, out);
}

} // namespace smtpsim::ppp
