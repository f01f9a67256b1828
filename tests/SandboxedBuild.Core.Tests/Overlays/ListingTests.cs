using SandboxedBuild.Overlays;

namespace SandboxedBuild.Core.Tests;

/// <summary>Which overlays there are, and which one somebody means.</summary>
internal sealed class ListingTests
{
    [Test]
    public void States_are_told_apart()
    {
        using var tree = new TemporaryTree();
        var store = Store(tree);
        using var used = store.Create([tree.Root]);
        var held = store.Create([tree.Root]);
        held.Hold();
        held.Dispose();
        var abandoned = store.Create([tree.Root]);
        abandoned.Dispose();
        var cut = store.Create([tree.Root]);
        File.WriteAllText(Path.Combine(cut.Directory, "commit.json"), "{}");
        cut.Dispose();

        var expected = new[] { (used.Id, OverlayState.InUse), (held.Id, OverlayState.Held), (abandoned.Id, OverlayState.Abandoned), (cut.Id, OverlayState.CutOff) };
        Assert.That(() => store.List().Select(static overlay => (overlay.Id, overlay.State)), Is.EquivalentTo(expected).After(5000, 20));
        Assert.That(store.List().Select(static overlay => overlay.Roots.Single().Path), Is.All.EqualTo(tree.Root));
    }

    [Test]
    public void They_are_listed_in_the_order_in_which_they_were_made_within_a_second_too()
    {
        using var tree = new TemporaryTree();
        var store = Store(tree);
        var overlays = Enumerable.Range(0, 8).Select(_ => store.Create([tree.Root])).ToList();
        Assert.That(store.List().Select(static overlay => overlay.Id), Is.EqualTo(overlays.Select(static overlay => overlay.Id)));
        overlays.ForEach(static overlay => overlay.Dispose());
    }

    [Test]
    public void What_is_no_overlay_is_not_listed()
    {
        using var tree = new TemporaryTree();
        Assert.That(Store(tree).List(), Is.Empty);
        using var overlay = Store(tree).Create([tree.Root]);
        Directory.CreateDirectory(tree.Beside("state/20260101T000000Z-01234567"));
        Directory.CreateDirectory(tree.Beside("state/other"));
        Assert.That(Store(tree).List().Select(static found => found.Id), Is.EqualTo(new[] { overlay.Id }));
    }

    [Test]
    public void An_id_may_be_shortened_until_it_could_mean_two()
    {
        using var tree = new TemporaryTree();
        var store = Store(tree);
        using var one = store.Create([tree.Root]);
        using var other = store.Create([tree.Root]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(store.Find(one.Id).Id, Is.EqualTo(one.Id));
            Assert.That(store.Find(one.Id[17..]).Id, Is.EqualTo(one.Id));
            Assert.That(store.Find(other.Id[17..23].ToUpperInvariant()).Id, Is.EqualTo(other.Id));
            Assert.That(Refusal.Of(() => store.Find("2")), Has.Property("Code").EqualTo("SBX2011").And.Property("Message").Contains(one.Id).And.Property("Message").Contains(other.Id));
            Assert.That(Refusal.Of(() => store.Find("")).Code, Is.EqualTo("SBX2004"));
            Assert.That(Refusal.Of(() => store.Find("../x")).Code, Is.EqualTo("SBX2004"));
        }
    }

    private static OverlayStore Store(TemporaryTree tree) => new(Callers.At(Directory.CreateDirectory(tree.Beside("home")).FullName), tree.Beside("state"));
}
