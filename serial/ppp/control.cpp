#include "serial/ppp/control.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <utility>

namespace smtpsim::ppp {

namespace {

/// Between two refusals of the act nak-loop: the peer answers each at once.
constexpr Duration refusal_pace = std::chrono::milliseconds{100};

bool well_formed(std::string_view options) {
    while (next_option(options)) {
    }
    return options.empty();
}

/// All of `part` is in `whole`, unchanged and in the same order: RFC 1661 §5.4.
bool is_part(std::string_view part, std::string_view whole) {
    while (const auto wanted = next_option(part)) {
        auto option = next_option(whole);
        while (option && option->whole != wanted->whole) option = next_option(whole);
        if (!option) return false;
    }
    return true;
}

} // namespace

void Control::on(Event event, const Packet* cause, Tick now, Steps& out) {
    const auto [actions, next] = transition(event, state_);
    const auto does = [all = actions](Do action) { return (all & action) != 0; };
    const Settings& settings = context_.settings;
    state_ = next;
    if (does(tld)) out.push_back({Step::Kind::down});
    if (does(tlf)) out.push_back({Step::Kind::finished});
    if (does(irc)) restarts_ = does(str) ? settings.max_terminate : settings.max_configure;
    if (does(zrc)) {
        restarts_ = 0;
        deadline_ = now + settings.restart;
    }
    if (does(scr)) send_request(event == Event::timeout, now, out);
    if (does(sca)) send(make_packet(Code::configure_ack, cause->id, reply_.options), out);
    if (does(scn)) send_refusal(cause->id, now, out);
    if (does(str)) {
        start_timer(now);
        send(make_packet(Code::terminate_request, ++other_id_, why_), out);
    }
    if (does(sta)) send(make_packet(Code::terminate_ack, cause->id, {}), out);
    if (does(scj)) {
        std::string rejected = make_packet(cause->code, cause->id, cause->data);
        rejected.resize(std::min<std::size_t>(rejected.size(), default_mru - packet_header));
        send(make_packet(Code::code_reject, ++other_id_, rejected), out);
    }
    if (does(ser)) {
        std::string reply = echo_reply(*cause);
        if (!reply.empty()) send(std::move(reply), out);
    }
    if (does(tlu)) {
        why_.clear();
        out.push_back({Step::Kind::up});
    }
    if (!is_timed(state_)) deadline_ = Tick::max();
    if (state_ < State::req_sent) held_.reset();
}

void Control::start_timer(Tick now) {
    --restarts_;
    deadline_ = now + context_.settings.restart;
}

/// One that is sent again keeps its identifier, so that a late answer to the first still counts.
void Control::send_request(bool again, Tick now, Steps& out) {
    std::string options = wishes();
    if (!again || options != request_) ++request_id_;
    request_ = std::move(options);
    outstanding_ = true;
    start_timer(now);
    send(make_packet(Code::configure_request, request_id_, request_), out);
}

void Control::send_refusal(std::uint8_t id, Tick now, Steps& out) {
    std::string packet = make_packet(reply_.code, id, reply_.options);
    const Impairments& impairments = context_.impairments;
    if (!impairments.nak_loop && !impairments.same_magic && !impairments.reject_all)
        return send(std::move(packet), out);
    held_ = Held{std::max(now, last_held_ + refusal_pace), std::move(packet)};
    send_held(now, out);
}

void Control::send_held(Tick now, Steps& out) {
    if (!held_ || held_->due > now) return;
    send(std::move(held_->packet), out);
    held_.reset();
    last_held_ = now;
}

void Control::receive(std::string_view information, Tick now, Steps& out) {
    const auto packet = parse_packet(information);
    if (!packet) return;
    switch (static_cast<Code>(packet->code)) {
    case Code::configure_request: return on_request(*packet, now, out);
    case Code::configure_ack:
        if (packet->data != request_ || !answers_request(*packet)) return;
        refusals_heard_ = 0;
        return on(Event::ack, &*packet, now, out);
    case Code::configure_nak:
    case Code::configure_reject: return on_refusal(*packet, now, out);
    case Code::terminate_request:
        if (state_ >= State::req_sent) {
            why_ = "the peer ended it";
            if (!packet->data.empty()) why_ += ": " + visible(packet->data);
        }
        return on(Event::terminate_request, &*packet, now, out);
    case Code::terminate_ack: return on(Event::terminate_ack, &*packet, now, out);
    case Code::code_reject: {
        const bool vital =
            !packet->data.empty() && static_cast<std::uint8_t>(packet->data[0]) <=
                                         static_cast<std::uint8_t>(Code::code_reject);
        if (vital) why_ = "the peer does not know a code that it must";
        return on(vital ? Event::reject_catastrophic : Event::reject_permitted, &*packet, now, out);
    }
    default: break;
    }
    const auto event = on_other_code(*packet, out);
    on(event.value_or(Event::unknown_code), &*packet, now, out);
}

void Control::on_request(const Packet& packet, Tick now, Steps& out) {
    if (state_ < State::closed || !well_formed(packet.data)) return;
    reply_ = reply_to(packet.data);
    if (reply_.code == Code::configure_ack) {
        refusals_sent_ = 0;
        agree(packet.data);
        return on(Event::request_good, &packet, now, out);
    }
    ++refusals_sent_;
    on(Event::request_bad, &packet, now, out);
    if (state_ >= State::req_sent && state_ <= State::ack_sent && wishes() != request_)
        send_request(false, now, out);
}

/// The first answer to a request; one that was sent again has several.
bool Control::answers_request(const Packet& packet) {
    return packet.id == request_id_ && std::exchange(outstanding_, false);
}

Control::Reply Control::reply_to(std::string_view options) {
    if (context_.impairments.nak_loop) return {Code::configure_nak, nonsense()};
    if (context_.impairments.reject_all) return {Code::configure_reject, std::string{options}};
    Reply naks{Code::configure_nak, {}}, rejects{Code::configure_reject, {}};
    for (std::string_view rest = options; const auto option = next_option(rest);) {
        Answer answer = judge(*option);
        if (answer.code == Code::configure_nak && !answer.patient &&
            refusals_sent_ >= context_.settings.max_failure)
            answer.code = Code::configure_reject;
        if (answer.code == Code::configure_nak)
            append_option(option->type, answer.value, naks.options);
        if (answer.code == Code::configure_reject) rejects.options += option->whole;
    }
    if (!rejects.options.empty()) return rejects;
    if (!naks.options.empty()) return naks;
    return {Code::configure_ack, std::string{options}};
}

void Control::on_refusal(const Packet& packet, Tick now, Steps& out) {
    const auto code = static_cast<Code>(packet.code);
    if (!well_formed(packet.data)) return;
    if (code == Code::configure_reject && (packet.data.empty() || !is_part(packet.data, request_)))
        return;
    if (!answers_request(packet)) return;
    std::string trouble;
    for (std::string_view rest = packet.data; const auto option = next_option(rest);)
        if (trouble.empty()) trouble = on_nak_or_reject(code, *option);
    if (trouble.empty() && ++refusals_heard_ > context_.settings.max_configure)
        trouble = "negotiation does not converge";
    if (!trouble.empty()) return fail(std::move(trouble), now, out);
    on(Event::nak, &packet, now, out);
}

void Control::fail(std::string why, Tick now, Steps& out) {
    why_ = std::move(why);
    on(Event::close, now, out);
}

void Control::on_tick(Tick now, Steps& out) {
    send_held(now, out);
    if (deadline_ > now) return;
    if (restarts_ <= 0 && why_.empty() && state_ >= State::req_sent) why_ = "no answer";
    on(restarts_ > 0 ? Event::timeout : Event::timeout_last, now, out);
}

Tick Control::deadline() const { return held_ ? std::min(held_->due, deadline_) : deadline_; }

} // namespace smtpsim::ppp
