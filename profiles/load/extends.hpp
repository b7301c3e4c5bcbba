// What `extends:` does.
#pragma once

#include "core/yaml/tree.hpp"

namespace smtpsim::profiles {

/// `server.banner` as `server.replies.banner`, so that either form can replace the other's.
/// Reports a profile that has both.
yaml::NodePtr with_banner_in_replies(const yaml::NodePtr& profile, Problems& problems);

/// Maps are merged, what `own` has comes first: the first mailbox pattern that matches counts, and
/// a profile must be able to go before the one it extends. Lists and scalars of `own` replace. A
/// `server.protocol` of its own drops the inherited `refuse-ehlo`, which goes with protocol smtp.
yaml::NodePtr merge_profiles(const yaml::NodePtr& own, const yaml::NodePtr& inherited);

} // namespace smtpsim::profiles
