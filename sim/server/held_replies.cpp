#include "sim/server/held_replies.hpp"

#include "core/check.hpp"

#include <algorithm>
#include <utility>

namespace smtpsim::server {

void HeldReplies::begin(const faults::Plan& plan, smtp::Stage stage) {
    in_hand_ = plan.joins > 1 || plan.after_replies > 0;
    if (plan.joins > 1)
        replies_.push_back({stage, {}, plan.joins - 1, true});
    else if (plan.after_replies > 0)
        replies_.push_back({stage, {}, plan.after_replies, false});
}

bool HeldReplies::hold(std::string_view octets) {
    const auto joined = std::ranges::find_if(replies_, &Reply::joins);
    if (joined == replies_.end() && !in_hand_) return false;
    ensure(!replies_.empty(), "a reply in hand is held");
    (joined != replies_.end() ? *joined : replies_.back()).octets += octets;
    return true;
}

std::vector<HeldReplies::Reply> HeldReplies::end() {
    const std::size_t others = replies_.size() - (in_hand_ ? 1 : 0);
    in_hand_ = false;
    std::vector<Reply> due;
    for (std::size_t i = 0; i < others; ++i)
        if (--replies_[i].replies == 0) due.push_back(std::move(replies_[i]));
    std::erase_if(replies_, [](const Reply& reply) { return reply.replies == 0; });
    return due;
}

} // namespace smtpsim::server
