using System.Text;
using System.Text.Json;
using SandboxedBuild.Commits;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Core.Tests;

/// <summary>A plan on disk says all that recovery needs, and is read as it was written.</summary>
internal sealed class JournalTests
{
    [Test]
    public void What_is_written_is_what_is_read([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        var journal = CommitJournal.For([.. Enumerable.Range(0, random.Next(0, 2000)).Select(_ => Any(random))], random.Next(2) == 0 ? Durability.Journal : Durability.None) with { IsRollback = random.Next(2) == 0 };
        using var written = new MemoryStream();
        JournalWriting.Write(journal, written);
        Assert.That(Encoding.UTF8.GetString(written.ToArray()), Is.EqualTo(JsonSerializer.Serialize(journal, CommitJournalJson.Default.CommitJournal)), $"seed {seed}");

        var read = JsonSerializer.Deserialize(written.ToArray(), CommitJournalJson.Default.CommitJournal)!;
        Assert.That(read.Entries, Has.Length.EqualTo(journal.Entries.Length));
        Assert.That((read.Version, read.Durability, read.IsRollback), Is.EqualTo((journal.Version, journal.Durability, journal.IsRollback)));
        foreach (var (before, after) in journal.Entries.Zip(read.Entries))
        {
            Assert.That(after with { Before = null, After = null }, Is.EqualTo(before with { Before = null, After = null }));
            Assert.That((Text(after.Before), Text(after.After)), Is.EqualTo((Text(before.Before), Text(before.After))));
        }
    }

    [Test]
    public void A_state_whose_manifest_is_lost_is_known_by_its_plan([Values(null, "", "{ \"version\": 1")] string? left)
    {
        using var tree = new TemporaryTree { ["file"] = "old" };
        using var sandbox = Sandbox.Over(tree);
        sandbox.Run("echo new > file").ShouldSucceed();
        var (directory, manifest) = (sandbox.Overlay.Directory, sandbox.Overlay.Manifest);
        CommitJournal.Announce(sandbox.Overlay);
        CommitJournal.For([], Durability.Journal).BeginDone(sandbox.Overlay);
        File.Delete(Path.Combine(directory, Overlay.ManifestFile));
        if (left is not null)
        {
            File.WriteAllText(Path.Combine(directory, Overlay.ManifestFile), left);
        }

        var known = OverlayManifest.Of(directory)!;
        Assert.That(known with { Roots = manifest.Roots }, Is.EqualTo(manifest));
        Assert.That(known.Roots, Is.EqualTo(manifest.Roots));
        File.Delete(Path.Combine(directory, "commit.json"));
        Assert.That(OverlayManifest.Of(directory), Is.Null);
    }

    private static JournalEntry Any(Random random) => new(
        (CommitAction)random.Next(6),
        random.Next(3),
        random.Next(10) == 0 ? default : BytePath.FromBytes(Bytes(random, 0x100)),
        Some(random, static random => (ulong)random.NextInt64() << 1),
        Some(random, static random => (ulong)random.NextInt64()),
        Some(random, static random => random.NextInt64()),
        Some(random, static random => -random.NextInt64()),
        Some(random, static random => random.NextInt64()),
        random.Next(2) == 0 ? null : "17",
        random.Next(2) == 0,
        random.Next(3) switch { 0 => null, 1 => 0, _ => -random.NextInt64() },
        random.Next(3) switch { 0 => null, 1 => 0, _ => random.NextInt64() },
        Metadata(random),
        Metadata(random));

    private static EntryMetadata? Metadata(Random random) => random.Next(2) == 0 ? null
        : new((uint)random.Next(0x1000), (uint)random.Next(), 0, random.NextInt64(), Enumerable.Range(0, random.Next(3)).ToDictionary(number => $"user.{number}\"\\{Encoding.Latin1.GetString(Bytes(random, 20))}", _ => Bytes(random, 30), StringComparer.Ordinal));

    private static byte[] Bytes(Random random, int most) => [.. Enumerable.Range(0, random.Next(1, most)).Select(_ => (byte)random.Next('/' + 1, 0x100))];

    private static T Some<T>(Random random, Func<Random, T> value)
        where T : struct => random.Next(3) == 0 ? default : value(random);

    private static string? Text(EntryMetadata? metadata) => metadata is null ? null
        : $"{metadata.Mode} {metadata.Uid} {metadata.Gid} {metadata.Modified} {string.Join(' ', metadata.Attributes.OrderBy(static pair => pair.Key, StringComparer.Ordinal).Select(static pair => $"{pair.Key}={Convert.ToHexString(pair.Value)}"))}";
}
