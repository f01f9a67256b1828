using SandboxedBuild.Policies;

namespace SandboxedBuild.Core.Tests;

/// <summary>Which commands a rule's pattern admits.</summary>
internal sealed class CommandPatternTests
{
    [TestCase("npm ci", "npm ci", true)]
    [TestCase("npm ci", "npm  'ci'", true)]
    [TestCase("npm ci", "npm", false)]
    [TestCase("npm ci", "npm ci --x", false)]
    [TestCase("npm ci", "NPM ci", false)]
    [TestCase("npm ci", "./npm ci", false)]
    [TestCase("git status **", "git status", true)]
    [TestCase("git status **", "git status -s --long a", true)]
    [TestCase("git status **", "git -c x=y status", false)]
    [TestCase("git *", "git status", true)]
    [TestCase("git *", "git", false)]
    [TestCase("git *", "git a b", false)]
    [TestCase("git * b", "git 'x; rm y' b", true)]
    [TestCase("git * b", "git '' b", true)]
    [TestCase("a --config=*", "a --config=x/y", true)]
    [TestCase("a --config=*", "a --config=", true)]
    [TestCase("a --config=*", "a --config", false)]
    [TestCase("a --config=*", "a --config=../x", false)]
    [TestCase("a --config=*", "a --config=x/../y", false)]
    [TestCase("a --config=*", "a --config=x..y", true)]
    [TestCase("a -I*", "a -I../x", false)]
    [TestCase("a *", "a -I../x", true)]
    [TestCase("a v=*", "a v=x:../y", false)]
    [TestCase("a src/*.c", "a src/.c", true)]
    [TestCase("a src/*.c", "a src/x.c.c", true)]
    [TestCase("a src/*.c", "a src/x.cc", false)]
    [TestCase("a x*x", "a x", false, TestName = "the parts around an asterisk do not overlap")]
    [TestCase("a *b*c*", "a 1b2c3", true)]
    [TestCase("a *b*c*", "a 1c2b3", false)]
    [TestCase("a '*'", "a '*'", true)]
    [TestCase("a '*'", "a b", false)]
    [TestCase("a \\*", "a b", false)]
    [TestCase("a *", "a \"$X\"", true)]
    [TestCase("a *", "a $X", false)]
    [TestCase("a *", "a *.c", false)]
    [TestCase("a **", "a $X *.c", true)]
    [TestCase("a x*", "a x\"$X\"", false)]
    [TestCase("a '*.c'", "a *.c", false)]
    [TestCase("a", "B=c a", false)]
    [TestCase("a **", "B=c a", false)]
    [TestCase("B=c a", "B=c a", true)]
    [TestCase("B=c a", "a", false)]
    [TestCase("B=c a", "B=d a", false)]
    [TestCase("B=c D=e a", "D=e B=c a", false)]
    [TestCase("B='$x' a", "B=$x a", false)]
    [TestCase("a 'x\ny'", "a 'x\ny'", true)]
    [TestCase("[ -f * ]", "[ -f x ]", true)]
    public void A_pattern_matches_or_not(string pattern, string command, bool matches) =>
        Assert.That(CommandPattern.Parse(pattern).Matches(ShellScript.Read(command).Commands.Single()), Is.EqualTo(matches));

    [TestCase("", "an unexpected end")]
    [TestCase("A=b", "names no command")]
    [TestCase("a; b", "more than one simple command")]
    [TestCase("a && b", "more than one simple command")]
    [TestCase("a\nb", "more than one simple command")]
    [TestCase("a | b", "more than one simple command")]
    [TestCase("a > b", "redirection")]
    [TestCase("(a)", "unexpected \"(\"")]
    [TestCase("a $X", "a parameter without quotes at line 1, column 3")]
    [TestCase("a \"$X\"", "a parameter")]
    [TestCase("a $(b)", "command substitution")]
    [TestCase("a ?", "\"?\" without quotes")]
    [TestCase("a [x]", "\"[\" without quotes")]
    [TestCase("a ~/b", "a tilde without quotes")]
    [TestCase("* a", "name")]
    [TestCase("**", "name")]
    [TestCase("a* b", "name")]
    [TestCase("A=* b", "assignment")]
    [TestCase("a ** b", "last word")]
    [TestCase("a b**", "last word")]
    [TestCase("a ***", "last word")]
    [TestCase("eval **", "\"eval\"")]
    [TestCase("! a", "reserved word")]
    [TestCase("a 'b", "a quote without an end")]
    public void A_text_is_no_pattern(string text, string message) =>
        Assert.That(() => CommandPattern.Parse(text), Throws.InstanceOf<FormatException>().With.Message.Contains(message));

    [TestCase("npm ci", "npm ci")]
    [TestCase("a 'b c' \"it's\" '*' ''", "a 'b c' 'it'\\''s' '*' ''")]
    [TestCase("B='c d' a", "B='c d' a")]
    [TestCase("a \"$X\" b", "a * b")]
    [TestCase("a b $X c", "a b **")]
    [TestCase("a 'x\ny' ~ é '#'", "a 'x\ny' * 'é' '#'")]
    [TestCase("B=$c a", null)]
    [TestCase("B=c", null)]
    public void The_narrowest_pattern_is_offered(string command, string? pattern)
    {
        var simple = ShellScript.Read(command).Commands.Single();
        Assert.That(CommandPattern.TextFor(simple), Is.EqualTo(pattern));
        Assert.That(pattern is null || CommandPattern.Parse(pattern).Matches(simple));
    }
}
