using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Core.Tests;

/// <summary>What of /etc root's steps do not see.</summary>
internal sealed class PrivateConfigurationTests
{
    [Test]
    public void What_others_may_not_read_is_covered_but_not_what_is_there_for_a_moment()
    {
        using var tree = new TemporaryTree();
        Shell.Run(tree.Root, "mkdir keys ssl; touch group shadow shadow- shadow+ gshadow.lock shadow.4242 key.lock key.2026 ssl/key ssl/gshadow.lock; chmod 644 group; chmod 755 ssl; chmod 600 *shadow* key.* ssl/*; chmod 700 keys");
        Assert.That(
            PrivateConfiguration.Of(tree.Root).Select(mount => mount.Destination[(tree.Root.Length + 1)..]),
            Is.EquivalentTo(new[] { "keys", "shadow", "shadow-", "shadow+", "key.lock", "key.2026", "ssl/key", "ssl/gshadow.lock" }));
    }
}
