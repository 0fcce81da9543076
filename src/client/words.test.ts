import { expect, test } from 'vitest'
import { languageFor } from './words.ts'

test.each([
  [['zh-TW', 'en'], 'hant'],
  [['zh-HK'], 'hant'],
  [['zh-Hant-CN'], 'hant'],
  [['zh-CN'], 'hans'],
  [['zh'], 'hans'],
  [['zh-Hans-TW'], 'hans'],
  [['yue'], 'hant'],
  [['de-DE', 'zh-TW', 'en'], 'hant'],
  [['en-GB', 'zh-CN'], 'en'],
  [['de-DE'], 'en'],
  [[], 'en'],
])('a browser that wants %j reads %s', (tags, language) => expect(languageFor(tags)).toBe(language))
