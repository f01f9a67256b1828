using System.Collections.Immutable;
using SandboxedBuild.Interop;
using SandboxedBuild.Strategies;

namespace SandboxedBuild.Core.Tests;

/// <summary>
/// Lines of sh with one random file operation each: most succeed, some fail, all do the same wherever they run. None opens a FIFO, which
/// would wait; none makes a symlink that leads out of the tree; none sets setuid or setgid on a file, which a commit takes away. No live
/// file has several names: see <see cref="RandomLinks"/>. Where names are made by a step of an ordinary user, the same line does not write by one of them (docs/adr/0007).
/// </summary>
internal sealed class RandomOperations(int seed)
{
    /// <summary>
    /// Names that are no words, for the paths below; and <c>movable</c>: overlayfs has mv copy a live directory, which parts hard links
    /// across its border, needs to read what a rename would not, and gives what it makes in a setgid directory that bit too. Nobody can
    /// mend that afterwards. Where no overlay is between, everything can be moved.
    /// </summary>
    public static string PreludeOf(Strategy strategy) => $$"""
        exec 2>/dev/null
        N=$(printf 'n\nl'); B=$(printf '\377\376'); L=$(printf '%255s' x | tr ' ' l); umask 022
        movable() { {{(strategy != Strategy.Overlay ? "true" : MovableInOverlay)}}; }

        """;

    private static string MovableInOverlay => """[ ! -d "$1" ] || [ -L "$1" ]""" + (TestedFilesystem.KeepsTimesOfMovedDirectories ? DirectoriesToo : string.Empty);

    private static string DirectoriesToo { get; } =
        $$""" || [ -z "$(find "$1" \( ! -type d -links +1 {{(Caller.IsRoot ? string.Empty : @"-o ! -type l ! -readable -o -type d ! -writable -o -type d ! -executable")}} \) -print -quit 2>&1; find . -type d -perm -2000 -print -quit)" ]""";

    private static readonly string[] Plain = ["a", "b", "c", "d"];

    private static readonly string[] Hostile = ["A", "'e f'", "-g", "\"$N\"", "\"$B\"", "\"$L\"", ".h", "'q\"'", "\"r'*\""];

    private static readonly string[] FileModes = ["644", "600", "755", "444", "640", "1644"];

    private static readonly string[] DirectoryModes = ["755", "700", "711", "1777", "2755"];

    private static readonly string[] OddModes = ["000", "111", "200", "222", "333", "400", "444", "500", "555"];

    /// <summary>What can be made at <c>$n</c>, where nothing is.</summary>
    private static readonly string[] Made =
        ["echo made > \"$n\"", "mkdir \"$n\"", "mkdir -p \"$n/a/b\"; echo made > \"$n/a/b/c\"", "ln -s a \"$n\"", "mkfifo \"$n\"", "cd \"${n%/*}\" && sock \"${n##*/}\"", "truncate -s 5M \"$n\"", ":"];

    private readonly Random _random = new(seed);

    /// <summary>A tree that others are copies of.</summary>
    public ImmutableArray<string> Plants(int count) => [.. Enumerable.Range(0, count).Select(_ => Line(Pick(Planting)))];

    /// <summary>What is done to each copy, for cp cannot read everything: modes, and times that are not all the same.</summary>
    public ImmutableArray<string> Finish(int count) => [.. Enumerable.Range(0, count).Select(_ => Line(Pick(Finishing)))];

    /// <summary>A script.</summary>
    public ImmutableArray<string> Script(int count) => [.. Enumerable.Range(0, count).Select(_ => Line(Pick(All)))];

    /// <summary>How many kinds of operations there are.</summary>
    public static int Kinds => All.Length;

    private static readonly Func<RandomOperations, string>[] Planting =
    [
        static on => $"mkdir -p {on.Somewhere()}",
        static on => $"mkdir -p {on.Somewhere()}/{on.Component()}",
        static on => $"p={on.Somewhere()}; mkdir -p \"${{p%/*}}\"; [ ! -p \"$p\" ] && echo {on.Word()} > \"$p\"",
        static on => $"p={on.Somewhere()}; mkdir -p \"${{p%/*}}\"; [ ! -p \"$p\" ] && seq {on._random.Next(5000)} > \"$p\"",
        static on => $"p={on.Somewhere()}; mkdir -p \"${{p%/*}}\"; ln -s {on.Word()} \"$p\"",
        static on => $"mkfifo {on.Somewhere()}",
        static on => $"cd {on.Somewhere()} && sock {on.Component()}",
        static on => $"[ ! -e {on.Name(1)} ] && {{ echo begin; truncate -s 8M {on.Name(1)}; echo end; }} >> {on.Name(1)}",
        static on => $"attr set {on.Somewhere()} user.{on.Pick(["x", "y"])} {on._random.Next(256):x2}",

        // Into itself it copies what it happens to list first, so this is for planting alone.
        static on => $"[ -d {on.Name(1)} ] && cp -a {on.Name(1)} {on.Somewhere()}",
    ];

    private static readonly Func<RandomOperations, string>[] Modes =
    [
        static on => $"[ -f {on.Name(1)} ] && [ ! -L {on.Name(1)} ] && chmod {on.Pick(FileModes)} {on.Name(1)}",
        static on => $"[ -d {on.Name(1)} ] && [ ! -L {on.Name(1)} ] && chmod {on.Pick(DirectoryModes)} {on.Name(1)}",
        static on => $"[ -d {on.Name(1)} ] && [ ! -L {on.Name(1)} ] && chmod {on.Pick(OddModes)} {on.Name(1)}",
        static on => $"[ ! -L {on.Name(1)} ] && chmod {on.Pick(OddModes)} {on.Name(1)}",
        static on => $"touch -c -d @{on.Time()} {on.Somewhere()}",
        static on => $"touch -c -h -d @{on.Time()} {on.Somewhere()}",
    ];

    private static readonly Func<RandomOperations, string>[] Owners = Caller.IsRoot
        ? [static on => $"chown -h {on._random.Next(3)}:{on._random.Next(3)} {on.Somewhere()}", static on => $"chown -hR {on._random.Next(3)} {on.Somewhere()}"]
        : [];

    private static readonly Func<RandomOperations, string>[] Finishing = [.. Modes, .. Owners];

    private static readonly Func<RandomOperations, string>[] All =
    [
        .. Planting[..^1],
        .. Modes,
        .. Owners,
        static on => $"[ ! -p {on.Name(1)} ] && echo {on.Word()} > {on.Name(1)}",
        static on => $"[ ! -p {on.Name(1)} ] && echo {on.Word()} >> {on.Name(1)}",
        static on => $"[ ! -p {on.Name(1)} ] && true > {on.Name(1)}",
        static on => $"[ ! -p {on.Name(1)} ] && truncate -s {on._random.Next(200_000)} {on.Name(1)}",
        static on => $"[ ! -p {on.Name(1)} ] && truncate -s 9M {on.Name(1)}",
        static on => $"[ -f {on.Name(1)} ] && fallocate -p -o 4096 -l 4M {on.Name(1)}",
        static on => $"[ ! -p {on.Name(1)} ] && printf x | dd of={on.Name(1)} bs=1 seek={on.Pick(["0", "5", "4095", "70000", "7000000"])} conv=notrunc",
        static on => $"[ -f {on.Name(1)} ] && sed -i s/o/0/g {on.Name(1)}",
        static on => $"[ -f {on.Name(1)} ] && cp {on.Name(1)} t && cat t > {on.Name(1)}; rm -f t",
        static on => $"[ -f {on.Name(1)} ] && cp -p {on.Name(1)} t && echo x >> t && mv -f t {on.Name(1)}; rm -f t",
        static on => $"[ -L {on.Name(1)} ] && [ -f {on.Name(1)} ] && echo through >> {on.Name(1)}",
        static on => $"rm -f {on.Somewhere()}",
        static on => $"rm -rf {on.Somewhere()}",
        static on => $"find {on.Somewhere()} -type f -delete",
        static on => $"mkdir {on.Somewhere()}",
        static on => $"mkdir -m {on.Pick(DirectoryModes)} {on.Somewhere()}",
        static on => $"umask 077; mkdir -p {on.Somewhere()}/{on.Component()}",
        static on => $"d={on.Somewhere()}; for i in 1 2 3 4 5 6 7 8 9; do d=\"$d\"/{on.Component()}; done; mkdir -p \"$d\" && echo deep > \"$d/f\"",
        static on => $"rmdir {on.Somewhere()}",
        static on => $"movable {on.Name(1)} && mv -f {on.Name(1)} {on.Somewhere()}",
        static on => $"movable {on.Name(1)} && mv -f {on.Name(1)} {on.Somewhere()}",
        static on => $"movable {on.Name(1)} && mv -fT {on.Name(1)} {on.Somewhere()}",
        static on => "movable ./a && mv -fT ./a ./A",
        static on => $"movable {on.Name(1)} && movable {on.Name(2)} && mv -fT {on.Name(1)} t && mv -fT {on.Name(2)} {on.Name(1)} && mv -fT t {on.Name(2)}; rm -rf t",
        static on => $"[ ! -p {on.Name(1)} ] && cp --remove-destination {on.Name(1)} {on.Somewhere()}",
        static on => $"cp -a {on.Somewhere()} t && cp -a --remove-destination t {on.Somewhere()}; rm -rf t",
        static on => $"cp -rT {on.Somewhere()} t && cp -rT --remove-destination t {on.Somewhere()}; rm -rf t",
        static on => $"[ ! -p {on.Name(1)} ] && install -m {on.Pick(FileModes)} {on.Name(1)} {on.Somewhere()}",
        static on => $"ln -s {on.Word()} {on.Somewhere()}",
        static on => $"ln -sfn {on.Word()} {on.Somewhere()}",
        static on => $"ln {on.Somewhere()} {on.Somewhere()}",
        static on => $"ln -f {on.Somewhere()} {on.Somewhere()}",
        static on => $"[ -f {on.Name(1)} ] && ln {on.Name(1)} {on.Name(1)}2 && ln {on.Name(1)} {on.Somewhere()}{(Caller.IsRoot ? $" && echo linked >> {on.Name(1)}2" : string.Empty)}",
        static on => $"touch -c {on.Somewhere()}",
        static on => $"touch {on.Somewhere()}",
        static on => $"attr drop {on.Somewhere()} user.{on.Pick(["x", "y"])}",
        static on => $"attr set {on.Somewhere()} system.posix_acl_access {AccessList}",
        static on => $"[ -d {on.Name(1)} ] && attr set {on.Name(1)} system.posix_acl_default {AccessList}",
        static on => $"n={on.Somewhere()}; [ -e \"$n\" ] && rm -rf \"$n\" && {on.Pick(Made)}",
        static on => $"n={on.Somewhere()}; [ -d \"$n\" ] && rm -rf \"$n\" && {on.Pick(Made)}",
        static on => $"[ -d {on.Name(1)} ] && rm -rf {on.Name(1)} && mkdir {on.Name(1)}",
        static on => $"[ -d {on.Name(1)} ] && rm -rf {on.Name(1)} && mkdir -p {on.Name(1)}/{on.Component()}/{on.Component()} && echo {on.Word()} > {on.Name(1)}/{on.Component()}/{on.Component()}",
        static on => $"[ -d {on.Name(1)} ] && movable {on.Name(1)} && cp -a {on.Name(1)} t && rm -rf {on.Name(1)} && mv -T t {on.Name(1)}; rm -rf t",
        static on => $"cd {on.Somewhere()} && find . -depth -exec touch -h -d @{on.Time()} {{}} +",
        static on => $"touch -d @{on.Time()} .",
        static on => $"chmod {on.Pick(DirectoryModes)} .",
    ];

    /// <summary>user::rwx, user:(own):rwx, group::r-x, mask::rwx, other::r-x (acl(5), linux/posix_acl_xattr.h).</summary>
    private static string AccessList { get; } =
        $"0200000001000700ffffffff02000700{Convert.ToHexStringLower(BitConverter.GetBytes(Caller.Uid))}04000500ffffffff10000700ffffffff20000500ffffffff";

    private readonly Dictionary<int, string> _names = [];

    private string Line(Func<RandomOperations, string> operation)
    {
        _names.Clear();
        var text = operation(this);

        // What stays in the shell's own directory needs no shell of its own, which would take longer than the operation.
        return text.Contains("cd ", StringComparison.Ordinal) || text.Contains("umask", StringComparison.Ordinal) ? $"( {text} )" : text;
    }

    /// <summary>A path that is the same wherever the line names it by this number.</summary>
    private string Name(int number) => _names.TryGetValue(number, out var name) ? name : _names[number] = Somewhere();

    private string Somewhere() => "./" + string.Join('/', Enumerable.Range(0, 1 + _random.Next(3)).Select(_ => Component()));

    private string Component() => Pick(_random.Next(4) == 0 ? Hostile : Plain);

    private string Word() => Pick(["one", "two", "foo", "a", "b", "c/a", "."]);

    private string Time() => $"{1_100_000_000 + _random.Next(1000)}.{_random.Next(1_000_000_000):d9}";

    private T Pick<T>(T[] from) => from[_random.Next(from.Length)];
}
