// What `extends:` does.
#pragma once

#include "profiles/tree.hpp"

namespace smtpsim::profiles {

/// `server.banner` as `server.replies.banner`, so that either form can replace the other's.
/// Reports a profile that has both.
NodePtr with_banner_in_replies(const NodePtr& profile, Problems& problems);

/// Maps are merged, what `own` has comes first: the first mailbox pattern that matches counts, and
/// a profile must be able to go before the one it extends. Lists and scalars of `own` replace. A
/// `server.protocol` of its own drops the inherited `refuse-ehlo`, which goes with protocol smtp.
NodePtr merge_profiles(const NodePtr& own, const NodePtr& inherited);

} // namespace smtpsim::profiles
