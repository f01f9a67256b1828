using System.Collections.Immutable;
using SandboxedBuild.Interop;
using SandboxedBuild.Strategies;

namespace SandboxedBuild.Core.Tests;

/// <summary>
/// Trees of files with several names, and scripts that do something to one name of each. With overlays, one alone: within a step, overlayfs
/// shows the other names as they were (index=off), so that what a later line read by one of them would differ. Nothing gives a new file the
/// atime of the one that it replaces (cp -p) there, by which both look the same; nothing moves a name, which parts it (docs/adr/0007). In a
/// copy, names of one file are that, so that anything may be done to any of them. Where bwrap mounts the overlay, nothing is read after it was changed, which parts it, too.
/// </summary>
internal sealed class RandomLinks
{
    private const int Files = 8;
    private const string ReadAfterwards = "cat $n; echo step >> $n; cat $n";

    private static readonly string[] Directories = [".", "a", "a/b", "c", "'d e'"];

    /// <summary>What can be done to the name <c>$n</c>.</summary>
    private static readonly ImmutableArray<string> Operations =
    [
        "echo step >> $n",
        "echo step > $n",
        "true > $n",
        "truncate -s 100000 $n",
        "printf x | dd of=$n bs=1 seek=5 conv=notrunc",
        "chmod 600 $n",
        "chmod 400 $n",
        "touch -d @1100000000.5 $n",
        "touch $n",
        "attr set $n user.x 31",
        "rm $n",
        "rm $n; echo another > $n",
        "rm $n; mkdir $n; echo another > $n/file",
        "ln -sfn elsewhere $n",
        "sed -i s/old/new/ $n",
        "cp $n t; echo step >> t; mv -f t $n; cat $n",
        ReadAfterwards,
        "cp $n $n.copy; echo step >> $n.copy",
        "ln $n $n.new",
        "ln $n $n.new; echo step >> $n.new",
        "cat $n",
        .. Caller.IsRoot ? ["chown 1:1 $n"] : Array.Empty<string>(),
    ];

    /// <summary>What can be done as well where no overlay is between.</summary>
    private static readonly ImmutableArray<string> WithoutOverlay =
    [
        .. Operations,
        "mv $n $n.moved",
        "mv $n $n.moved; echo step >> $n.moved",
        "mv $n $n.moved; echo another > $n",
        "cp -p $n t; echo step >> t; mv -f t $n",
        "echo step > $n; touch -d @5 $n",
    ];

    private static readonly Lazy<bool> s_isReadBlurring = new(static () => Callers.HaveNewerBubblewrap);

    public RandomLinks(int seed, Strategy strategy)
    {
        var operations = strategy != Strategy.Overlay ? WithoutOverlay : s_isReadBlurring.Value ? Operations.Remove(ReadAfterwards, StringComparer.Ordinal) : Operations;
        var random = new Random(seed);
        var plants = ImmutableArray.CreateBuilder<string>();
        var script = ImmutableArray.CreateBuilder<string>();
        plants.Add("mkdir -p " + string.Join(' ', Directories));
        for (var file = 0; file < Files; file++)
        {
            var names = Enumerable.Range(0, 1 + random.Next(4)).Select(index => $"{Directories[random.Next(Directories.Length)]}/{file}-{index}").ToList();
            plants.Add($"echo old {file} > {names[0]}");
            plants.AddRange(names.Skip(1).Select(name => $"ln {names[0]} {name}"));
            for (var lines = strategy != Strategy.Overlay ? 1 + random.Next(3) : 1; lines > 0; lines--)
            {
                script.Add($"n={names[random.Next(names.Count)]}; {operations[random.Next(operations.Length)].Replace("$n", "\"$n\"", StringComparison.Ordinal)}");
            }
        }

        Plants = plants.ToImmutable();
        Script = script.ToImmutable();
    }

    /// <summary>Lines of sh that plant the tree.</summary>
    public ImmutableArray<string> Plants { get; }

    /// <summary>Lines of sh for each file.</summary>
    public ImmutableArray<string> Script { get; }
}
