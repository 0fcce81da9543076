import { type GlobalToken, type ThemeConfig, theme } from 'antd'
import { type Colours, DARK, LIGHT, type Light } from './colours.ts'

/** Ant Design makes hues of its own from a seed; ours are measured, so they stand in their place. */
function ours(c: Colours): Partial<GlobalToken> {
  return {
    colorPrimary: c.accent,
    colorPrimaryHover: c.accentHover,
    colorPrimaryActive: c.accentText,
    colorPrimaryBg: c.accentSoft,
    colorPrimaryText: c.accentText,
    colorInfo: c.calm,
    colorInfoBg: c.calmSoft,
    colorInfoBorder: c.calm,
    colorSuccess: c.good,
    colorSuccessBg: c.goodSoft,
    colorSuccessBorder: c.good,
    colorWarning: c.warn,
    colorWarningBg: c.warnSoft,
    colorWarningBorder: c.warn,
    colorError: c.bad,
    colorErrorBg: c.badSoft,
    colorErrorBorder: c.bad,
    colorLink: c.accent,
    colorLinkHover: c.accentHover,
    colorText: c.text,
    colorTextSecondary: c.dim,
    colorTextTertiary: c.faint,
    colorBgLayout: c.page,
    colorBgContainer: c.surface,
    colorBgElevated: c.raised,
    colorBorder: c.lineStrong,
    colorBorderSecondary: c.line,
  }
}

/** The same colours for Ant Design, still where the reader wants no motion. Dense: controls of 32 pixels, text of 14. */
export function antTheme(light: Light, motion: boolean): ThemeConfig {
  const c = light === 'dark' ? DARK : LIGHT
  return {
    algorithm: [
      light === 'dark' ? theme.darkAlgorithm : theme.defaultAlgorithm,
      (_seed, map) => ({ ...map!, ...ours(c) }),
    ],
    cssVar: { key: 'kaibo' },
    hashed: false,
    token: {
      motion,
      fontFamily: 'inherit',
      fontSize: 14,
      controlHeight: 32,
      borderRadius: 6,
      colorTextDescription: c.dim,
      colorTextPlaceholder: c.faint,
      colorSplit: c.line,
      motionDurationMid: '0.12s',
      motionDurationSlow: '0.18s',
    },
    components: {
      Button: { primaryColor: c.onAccent, dangerColor: c.onAccent, primaryShadow: 'none', defaultShadow: 'none' },
      Badge: { colorTextLightSolid: light === 'dark' ? c.page : c.surface },
      Table: { headerBg: c.sunken, cellPaddingBlockSM: 5, cellPaddingInlineSM: 8 },
      Slider: {
        trackBg: c.accent,
        trackHoverBg: c.accentHover,
        handleColor: c.accent,
        handleActiveColor: c.accentHover,
        railBg: c.line,
        railHoverBg: c.lineStrong,
      },
      Segmented: { trackBg: c.sunken, itemSelectedBg: c.accentSoft, itemSelectedColor: c.accentText },
    },
  }
}
